#include "store/event_log.hpp"

#include <algorithm>
#include <utility>

#include "store/event_format.hpp"
#include "store/rotation.hpp"
#include "store/tail_mending.hpp"

namespace isotherm::store {
EventLog::EventLog(core::LogDirectory& directory, core::HelperThreads& threads)
    : directory_(directory),
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
  while (!stop.stop_requested() || !waiting_.empty() || !lines.empty()) {
    if (lines.empty()) {
      changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
    } else {
      // The disk is away; a stop is no reason to wait, but one more to try.
      changed_.wait_for(lock, stop, kRetryInterval, [] { return false; });
    }
    const bool last_try = stop.stop_requested();
    std::move(waiting_.begin(), waiting_.end(), std::back_inserter(lines));
    waiting_.clear();
    const std::size_t before = lines.size();
    lock.unlock();
    const core::LogStatus status = write_lines(lines);
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

// Writes them one by one, so that none is torn by a rotation, and syncs. Takes the written ones
// out.
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
  }
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
