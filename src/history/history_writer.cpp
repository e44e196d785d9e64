#include "history/history_writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace isotherm::history {
namespace {

// Steps and synchronisations that wait; a clock that does more in one interval is beyond telling.
constexpr std::size_t kWaitingStepsMax = 64;
// Fewer rows than this wake nobody up.
constexpr std::size_t kWakeRowsMin = 256;

}  // namespace

HistoryWriter::HistoryWriter(std::unique_ptr<HistoryFile> file, const HistorySettings& settings,
                             core::HelperThreads& threads)
    : file_(std::move(file)),
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
  if (waiting_.rows.size() == std::max(rows_max_ / 2, kWakeRowsMin)) {
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
  if (waiting_.steps.size() < kWaitingStepsMax) {
    waiting_.steps.push_back({reading, core::Nanoseconds{0}, true});
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
  std::unique_lock lock(mutex_);
  bool last = false;
  while (!last) {
    // It wakes up for its interval, for a stop, or before what waits is more than it may be.
    changed_.wait_for(lock, stop, interval_, [this] {
      return waiting_.rows.size() >= std::max(rows_max_ / 2, kWakeRowsMin);
    });
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
    if (!status.ok()) {
      outcome_.last_error = status.error;
    }
  }
  // What the last try could not keep, and what came while it tried.
  outcome_.rows_lost += batch.rows.size() + waiting_.rows.size();
  outcome_.events_lost += batch.events.size() + waiting_.events.size();
  waiting_ = {};
  taken_rows_ = taken_events_ = 0;
}

void HistoryWriter::take_waiting(Batch& batch) {
  std::move(waiting_.rows.begin(), waiting_.rows.end(), std::back_inserter(batch.rows));
  std::move(waiting_.events.begin(), waiting_.events.end(), std::back_inserter(batch.events));
  std::move(waiting_.steps.begin(), waiting_.steps.end(), std::back_inserter(batch.steps));
  waiting_ = {};
  taken_rows_ = batch.rows.size();
  taken_events_ = batch.events.size();
}

// Rows first: what waits was taken before the clock was put right, or says itself that it was not.
HistoryStatus HistoryWriter::flush(Batch& batch, HistoryOutcome& done) {
  std::size_t taken = 0;
  HistoryStatus status;
  if (!batch.rows.empty()) {
    status = file_->append(batch.rows, taken);
    batch.rows.erase(batch.rows.begin(), batch.rows.begin() + static_cast<std::ptrdiff_t>(taken));
    done.rows = taken;
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
  return status;
}

}  // namespace isotherm::history
