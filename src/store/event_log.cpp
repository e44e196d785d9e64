#include "store/event_log.hpp"

#include <algorithm>
#include <utility>

#include "store/event_format.hpp"
#include "store/rotation.hpp"
#include "store/tail_mending.hpp"

namespace isotherm::store {
EventLog::EventLog(core::LogDirectory& directory, core::HelperThreads& threads,
                   const core::Clock& clock)
    : directory_(directory),
      clock_(clock),
      synced_at_(clock.now()),
      thread_(threads.start("iso-events", [this](const std::stop_token& stop) { run(stop); })) {}

EventLog::~EventLog() { finish(); }

void EventLog::write(const core::Event& event) {
  std::string line = format_event(event) + "\n";
  {
    const std::lock_guard lock(mutex_);
    if (waiting_bytes_ + line.size() > kWaitingBytes) {
      ++outcome_.lost;
      return;
    }
    waiting_bytes_ += line.size();
    waiting_.push_back(std::move(line));
  }
  changed_.notify_one();
}

EventOutcome EventLog::finish() {
  thread_.reset();
  const std::lock_guard lock(mutex_);
  return outcome_;
}

void EventLog::run(const std::stop_token& stop) {
  std::deque<std::string> lines;  // taken and not yet written; their bytes still count as waiting
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() || !waiting_.empty() || !lines.empty() || sync_due_) {
    if (!lines.empty()) {
      // The disk is away; a stop is no reason to wait, but one more to try.
      changed_.wait_for(lock, stop, kRetryInterval, [] { return false; });
    } else if (sync_due_) {
      changed_.wait_for(lock, stop, *sync_due_ - clock_.now(),
                        [this] { return !waiting_.empty(); });
    } else {
      changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
    }
    const bool last_try = stop.stop_requested();
    std::move(waiting_.begin(), waiting_.end(), std::back_inserter(lines));
    waiting_.clear();
    const std::size_t before = lines.size();
    lock.unlock();
    core::LogStatus status = write_lines(lines);
    if (status.ok()) {
      status = sync(last_try);
    }
    lock.lock();
    outcome_.written += before - lines.size();
    waiting_bytes_ = 0;
    for (const std::string& line : lines) {
      waiting_bytes_ += line.size();
    }
    for (const std::string& line : waiting_) {
      waiting_bytes_ += line.size();
    }
    if (!status.ok()) {
      outcome_.last_error = directory_.path() + "/" + event_file_name(0) + ": " + status.text;
      if (last_try) {
        outcome_.lost += lines.size();
        lines.clear();
      }
    }
  }
}

// Writes them one by one, so that none is torn by a rotation. Takes the written ones out.
core::LogStatus EventLog::write_lines(std::deque<std::string>& lines) {
  while (!lines.empty()) {
    const std::string& line = lines.front();
    auto status = prepare(line.size());
    if (!status.ok()) {
      return status;
    }
    auto taken = file_->append(line);
    if (!taken.status.ok()) {
      if (taken.bytes > 0 && !file_->truncate(size_).ok()) {
        file_.reset();  // opening it again mends its tail
      }
      return std::move(taken.status);
    }
    size_ += line.size();
    lines.pop_front();
    if (!sync_due_) {
      sync_due_ = std::max(clock_.now(), synced_at_ + kSyncInterval);
    }
  }
  return {};
}

core::LogStatus EventLog::sync(bool at_once) {
  const auto now = clock_.now();
  if (!sync_due_ || (!at_once && now < *sync_due_)) {
    return {};
  }
  sync_due_.reset();
  synced_at_ = now;
  return file_ != nullptr ? file_->sync() : core::LogStatus{};
}

core::LogStatus EventLog::prepare(std::size_t line_bytes) {
  if (file_ != nullptr && !file_->linked()) {
    file_.reset();
  }
  if (file_ == nullptr) {
    auto status = open();
    if (!status.ok()) {
      return status;
    }
  }
  if (size_ == 0 || size_ + line_bytes <= kFileBytes) {
    return {};
  }
  if (auto synced = sync(true); !synced.ok()) {
    return synced;
  }
  file_.reset();
  auto rotated = rotate_files(directory_, event_file_name, kRotatedFiles);
  return rotated.ok() ? open() : rotated;
}

core::LogStatus EventLog::open() {
  auto opened = directory_.open(event_file_name(0));
  if (!opened.status.ok()) {
    return opened.status;
  }
  const auto mended = mend_tail(*opened.file);
  if (!mended.status.ok()) {
    return mended.status;
  }
  const auto size = opened.file->size();
  if (!size.status.ok()) {
    return size.status;
  }
  size_ = size.bytes;
  file_ = std::move(opened.file);
  return directory_.sync();
}

}  // namespace isotherm::store
