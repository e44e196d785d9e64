#include "history/history_writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/setup_error.hpp"

namespace isotherm::history {
namespace {

// Steps and synchronisations that wait; a clock that does more in one interval is beyond telling.
constexpr std::size_t kWaitingStepsMax = 64;
// A window's label is up to its length before its first slot, where it is the first one of a run;
// so much is no wrong clock.
constexpr core::Nanoseconds kDatedWrong = std::chrono::seconds{2};
// Fewer rows than this wake nobody up.
constexpr std::size_t kWakeRowsMin = 256;

constexpr std::size_t rows_to_wake(std::size_t rows_max) noexcept {
  return std::max(rows_max / 2, kWakeRowsMin);
}

}  // namespace

core::Nanoseconds widest_flush_interval(const HistorySettings& settings, double rows_a_second) {
  const auto rows = static_cast<double>(rows_to_wake(settings.waiting_rows_max));
  const auto most = std::chrono::duration<double>(kFlushIntervalMax).count();
  return std::chrono::floor<std::chrono::seconds>(
      std::chrono::duration<double>(std::min(rows / rows_a_second, most)));
}

HistoryWriter::HistoryWriter(OpenFile open, const HistorySettings& settings,
                             core::HelperThreads& threads, Notices notify)
    : open_(std::move(open)),
      notify_(notify ? std::move(notify) : Notices([](const std::string&) {})),
      rows_max_(settings.waiting_rows_max),
      interval_(settings.flush_interval),
      thread_(threads.start("iso-history", [this](const std::stop_token& stop) { run(stop); })) {}

HistoryWriter::~HistoryWriter() { finish(); }

void HistoryWriter::write(core::Row row) {
  const std::lock_guard lock(mutex_);
  if (waiting_.rows.size() + taken_rows_ >= rows_max_) {
    ++outcome_.rows_lost;
    return;
  }
  waiting_.rows.push_back(std::move(row));
  if (waiting_.rows.size() == rows_to_wake(rows_max_)) {
    changed_.notify_one();
  }
}

void HistoryWriter::write(const core::Event& event) {
  const std::lock_guard lock(mutex_);
  if (waiting_.events.size() + taken_events_ >= kWaitingEventsMax) {
    ++outcome_.events_lost;
    return;
  }
  waiting_.events.push_back(event);
}

void HistoryWriter::clock_stepped(const core::ClockReading& reading, core::Nanoseconds size) {
  const std::lock_guard lock(mutex_);
  if (waiting_.steps.size() < kWaitingStepsMax) {
    waiting_.steps.push_back({reading, size, false});
  }
}

void HistoryWriter::clock_synced(const core::ClockReading& reading) {
  const std::lock_guard lock(mutex_);
  const bool is_first = std::none_of(waiting_.steps.begin(), waiting_.steps.end(),
                                     [](const Step& step) { return step.synced; });
  // Without the first one, nothing of this boot would ever be re-dated.
  if (is_first || waiting_.steps.size() < kWaitingStepsMax) {
    waiting_.steps.push_back({reading, core::Nanoseconds{0}, true});
  }
  if (!told_synced_) {
    told_synced_ = is_urgent_ = true;
    changed_.notify_one();
  }
}

HistoryOutcome HistoryWriter::outcome() {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

void HistoryWriter::set_flush_interval(core::Nanoseconds interval) {
  const std::lock_guard lock(mutex_);
  interval_ = interval;
}

HistoryOutcome HistoryWriter::finish() {
  thread_.reset();
  return outcome();
}

void HistoryWriter::run(const std::stop_token& stop) {
  Batch batch;
  HistoryStatus opened = open_file();
  std::unique_lock lock(mutex_);
  note(opened);
  bool last = false;
  while (!last) {
    // It wakes up for its interval, for a stop, before what waits is more than it may be, and to
    // date what is kept already: who asks meanwhile is told a wrong time.
    changed_.wait_for(lock, stop, interval_, [this] {
      return is_urgent_ || waiting_.rows.size() >= rows_to_wake(rows_max_);
    });
    is_urgent_ = false;
    last = stop.stop_requested();
    take_waiting(batch);
    lock.unlock();
    HistoryOutcome done;
    const HistoryStatus status = flush(batch, done);
    lock.lock();
    taken_rows_ = batch.rows.size();
    taken_events_ = batch.events.size();
    outcome_.rows += done.rows;
    outcome_.events += done.events;
    outcome_.usage = done.usage;
    note(status);
  }
  // What the last try could not keep, and what came while it tried.
  outcome_.rows_lost += batch.rows.size() + waiting_.rows.size();
  outcome_.events_lost += batch.events.size() + waiting_.events.size();
  waiting_ = {};
  taken_rows_ = taken_events_ = 0;
}

void HistoryWriter::note(const HistoryStatus& status) {
  outcome_.trouble = status.error;
  if (!status.ok()) {
    outcome_.last_error = status.error;
  }
}

HistoryStatus HistoryWriter::open_file() {
  if (file_) {
    return {};
  }
  try {
    file_ = open_();
  } catch (const core::SetupError& error) {
    return {error.what()};
  }
  if (!file_->notice().empty()) {
    notify_(file_->notice());
  }
  return {};
}

void HistoryWriter::take_waiting(Batch& batch) {
  std::move(waiting_.rows.begin(), waiting_.rows.end(), std::back_inserter(batch.rows));
  std::move(waiting_.events.begin(), waiting_.events.end(), std::back_inserter(batch.events));
  std::move(waiting_.steps.begin(), waiting_.steps.end(), std::back_inserter(batch.steps));
  waiting_ = {};
  taken_rows_ = batch.rows.size();
  taken_events_ = batch.events.size();
}

// Rows that were taken before the clock was right and come only now, because their windows closed
// later or the disk was away: what is in the file already is moved by redate().
void HistoryWriter::date_late_rows(Batch& batch) {
  for (const Step& step : batch.steps) {
    if (step.synced && !synced_) {
      synced_ = step.reading;
    }
  }
  if (!synced_) {
    return;
  }
  const core::Nanoseconds offset =
      synced_->wall.time_since_epoch() - synced_->monotonic.time_since_epoch();
  for (core::Row& row : batch.rows) {
    const bool before = row.uptime < synced_->monotonic.time_since_epoch();
    const core::WallTime taken{row.uptime + offset};
    if (before && row.clock != core::ClockState::Synced &&
        std::chrono::abs(row.time - taken) > kDatedWrong) {
      row.time = taken;
    }
  }
}

// Rows first: what waits was taken before the clock was put right, or says itself that it was not.
HistoryStatus HistoryWriter::flush(Batch& batch, HistoryOutcome& done) {
  if (file_ && !file_->linked()) {
    file_.reset();
    notify_("the history's file was taken away: a new one is begun");
  }
  HistoryStatus status = open_file();
  if (!status.ok()) {
    return status;
  }
  date_late_rows(batch);
  HistoryStatus merging;
  if (!batch.rows.empty()) {
    std::size_t taken = 0;
    const HistoryStatus appended = file_->append(batch.rows, taken);
    batch.rows.erase(batch.rows.begin(), batch.rows.begin() + static_cast<std::ptrdiff_t>(taken));
    done.rows = taken;
    (batch.rows.empty() ? merging : status) = appended;
  }
  while (status.ok() && !batch.events.empty()) {
    status = file_->append_event(batch.events.front());
    if (status.ok()) {
      batch.events.pop_front();
      ++done.events;
    }
  }
  while (status.ok() && !batch.steps.empty()) {
    const Step& step = batch.steps.front();
    std::size_t segments = 0;
    status = step.synced ? file_->redate(step.reading, segments)
                         : file_->append_clock_step(step.reading, step.size);
    if (status.ok()) {
      batch.steps.pop_front();
    }
  }
  done.usage = file_->usage();
  return status.ok() ? merging : status;
}

}  // namespace isotherm::history
