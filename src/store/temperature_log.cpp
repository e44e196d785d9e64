#include "store/temperature_log.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace isotherm::store {
namespace {

// Windows of all sensors close together; a moment's patience makes one batch of their rows.
constexpr std::chrono::milliseconds kGather{20};
// While nothing is due, iso-log sleeps this long at most; it is woken earlier by a row or a stop.
constexpr core::Nanoseconds kLongestSleep = std::chrono::seconds{60};

}  // namespace

TemperatureLog::TemperatureLog(const LogSettings& settings, core::LogDirectory& directory,
                               core::HelperThreads& threads, std::size_t sensor_count,
                               Notices notify, const core::Clock& clock)
    : writer_(settings, directory, sensor_count, std::move(notify), clock),
      clock_(clock),
      flush_interval_(settings.flush_interval),
      waiting_(settings.buffer),
      thread_(threads.start("iso-log", [this](const std::stop_token& stop) { run(stop); })) {}

TemperatureLog::~TemperatureLog() { finish(); }

void TemperatureLog::write(core::Row row) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push(std::move(row));
  }
  changed_.notify_one();
}

void TemperatureLog::reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopen_wanted_ = true;
  }
  changed_.notify_one();
}

LogOutcome TemperatureLog::finish() {
  thread_.reset();
  return outcome_;
}

// Waits until it is worth writing. The first rows do not wait: who looks sees that there is a log.
void TemperatureLog::gather(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  if (flush_interval_ <= kGather || rows_written_.load() == 0) {
    changed_.wait_for(lock, stop, kGather, [this] {
      return reopen_wanted_ || waiting_.size() >= LogWriter::kBatchRows;
    });
  } else {
    const auto flush_at = clock_.now() + flush_interval_;
    const auto is_enough = [this] { return reopen_wanted_ || waiting_.half_full(); };
    while (!stop.stop_requested() && !is_enough() && clock_.now() < flush_at) {
      const auto wake_at = std::min(flush_at, writer_.due().value_or(flush_at));
      changed_.wait_for(lock, stop, wake_at - clock_.now(), is_enough);
      // What was written last has to be synced meanwhile.
      lock.unlock();
      writer_.work();
      lock.lock();
    }
  }
}

void TemperatureLog::run(const std::stop_token& stop) {
  bool gathered = false;  // and more than one batch
  while (!stop.stop_requested()) {
    std::vector<core::Row> rows;
    bool reopen_now = false;
    {
      std::unique_lock lock(mutex_);
      core::Nanoseconds sleep = kLongestSleep;
      if (const auto due = writer_.due()) {
        sleep = std::clamp(*due - clock_.now(), core::Nanoseconds{0}, kLongestSleep);
      }
      // With a batch in hand the disk is away, and further rows wait in the buffer.
      const bool wants_rows = writer_.wants_rows();
      changed_.wait_for(lock, stop, sleep,
                        [&] { return reopen_wanted_ || (wants_rows && !waiting_.empty()); });
      if (wants_rows && !waiting_.empty() && !gathered) {
        gather(lock, stop);
      }
      if (wants_rows) {
        rows = waiting_.take(LogWriter::kBatchRows);
        gathered = !waiting_.empty();
      }
      reopen_now = std::exchange(reopen_wanted_, false);
    }
    if (reopen_now) {
      writer_.reopen();
      reopenings_.fetch_add(1);
    }
    writer_.accept(std::move(rows));
    writer_.work();
    rows_written_.store(writer_.rows_written());
  }
  std::vector<core::Row> rest;
  {
    const std::lock_guard lock(mutex_);
    rest = waiting_.take(std::numeric_limits<std::size_t>::max());
  }
  outcome_ = writer_.finish(std::move(rest));
}

}  // namespace isotherm::store
