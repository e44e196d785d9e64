// The temperature log: takes rows from the aggregator without ever waiting for a disk, and writes
// them on a thread of its own, iso-log. A disk that stalls, fills up or goes away costs memory
// first (LogSettings::buffer), then resolution in time (rows of a sensor are merged), never counts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>

#include "core/clock.hpp"
#include "core/helper_threads.hpp"
#include "core/log_directory.hpp"
#include "core/row_sink.hpp"
#include "store/log_settings.hpp"
#include "store/log_writer.hpp"
#include "store/row_buffer.hpp"

namespace isotherm::store {

class TemperatureLog : public core::RowSink {
 public:
  // Opens the log and starts iso-log. Throws SetupError with ExitCode::Io if the log cannot be
  // written; see LogWriter. `directory`, `clock` and what `notify` refers to must outlive this
  // object. `notify` takes what an operator should know, such as a full disk; it is called on this
  // thread until the constructor returns, and on iso-log after that.
  TemperatureLog(const LogSettings& settings, core::LogDirectory& directory,
                 core::HelperThreads& threads, std::size_t sensor_count, Notices notify,
                 const core::Clock& clock);
  ~TemperatureLog() override;
  TemperatureLog(const TemperatureLog&) = delete;
  TemperatureLog& operator=(const TemperatureLog&) = delete;
  TemperatureLog(TemperatureLog&&) = delete;
  TemperatureLog& operator=(TemperatureLog&&) = delete;

  // Housekeeping, any thread, until finish(). Never waits for the disk.
  void write(core::Row row) override;

  // Housekeeping, any thread. Has iso-log close the file and open the one that has its name then,
  // as logrotate wants it after SIGHUP. Returns at once.
  void reopen();

  // Housekeeping, any thread. How many rows are in the file so far, one by one, and how often the
  // file has been reopened.
  [[nodiscard]] std::uint64_t rows_written() const noexcept { return rows_written_.load(); }
  [[nodiscard]] std::uint64_t reopenings() const noexcept { return reopenings_.load(); }

  // Housekeeping. Writes all rows that were given, syncs, ends iso-log and says how it came out. As
  // long as the disk is stalled (not full: stalled) this waits for it, as the kernel does. Called
  // again, says the same. The destructor does it if nobody has.
  LogOutcome finish();

 private:
  void run(const std::stop_token& stop);
  void gather(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);

  LogWriter writer_;  // iso-log's alone while that runs
  const core::Clock& clock_;
  const core::Nanoseconds flush_interval_;
  LogOutcome outcome_;  // written by iso-log at its end

  std::mutex mutex_;
  std::condition_variable_any changed_;
  RowBuffer waiting_;                           // guarded by mutex_
  bool reopen_wanted_ = false;                  // guarded by mutex_
  std::atomic<std::uint64_t> rows_written_{0};  // written by iso-log
  std::atomic<std::uint64_t> reopenings_{0};    // likewise
  std::unique_ptr<core::HelperThread> thread_;
};

}  // namespace isotherm::store
