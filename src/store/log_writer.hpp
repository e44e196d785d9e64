// Everything that the thread iso-log does with the rows it has taken, without the thread: writes
// them through spdlog, rotates, syncs, and when the disk is full or gone keeps the batch in hand
// and tries again about once a second. It says so once, and once when it is over.
//
// One thread; any call may block for as long as the disk does.
#pragma once

#include <spdlog/logger.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/log_directory.hpp"
#include "core/row.hpp"
#include "store/batch_sink.hpp"
#include "store/current_file.hpp"
#include "store/log_settings.hpp"

namespace isotherm::store {

// How the log of a run came out. Of the rows that were given to it:
// given = rows_written + rows_merged + rows_lost.
struct LogOutcome {
  std::uint64_t rows_written = 0;    // stand in the log one by one
  std::uint64_t rows_merged = 0;     // are summed up in rows with merged_rows behind their faults
  std::uint64_t rows_lost = 0;       // are not in the log at all
  std::uint64_t scheduled_lost = 0;  // readings that were scheduled in the lost rows
  std::uint64_t syncs_failed = 0;    // after which a power cut may take rows that were written
  bool was_away = false;             // the log could not be written for a time
  std::string last_error;            // the kernel's words, and what they were said about

  [[nodiscard]] bool complete() const noexcept { return rows_merged == 0 && rows_lost == 0; }
};

class LogWriter {
 public:
  // How soon a disk that was full or gone is tried again.
  static constexpr core::Nanoseconds kRetryInterval = std::chrono::seconds{1};
  // How soon after a failed rotation; until then the file grows beyond its limit.
  static constexpr core::Nanoseconds kRotationRetryInterval = std::chrono::minutes{1};
  // Batches of rows that follow on each other are synced together, if they come within this.
  static constexpr core::Nanoseconds kSyncPatience = std::chrono::milliseconds{100};
  // One write(2), about 40 kB. Rows in hand come on top of LogSettings::buffer.
  static constexpr std::size_t kBatchRows = 256;
  // Disk space kept for a sensor's last row. The longest row there can be, in JSON with every
  // count at 20 digits and every fault, is about 900 bytes; those of real stations are below 300.
  static constexpr std::uint64_t kReservePerSensor = 512;
  static constexpr std::uint64_t kReserveLeast = 4096;

  // Opens the log. Throws SetupError with ExitCode::Io if the directory cannot be made or written,
  // has no room left, or belongs to another station. `notify` is called on the caller's thread.
  LogWriter(LogSettings settings, core::LogDirectory& directory, std::size_t sensor_count,
            Notices notify, const core::Clock& clock);

  // Whether the batch in hand is written, so that the next may come.
  [[nodiscard]] bool wants_rows() const noexcept { return batch_.empty(); }
  // Takes a batch, at most kBatchRows; only while it wants one.
  void accept(std::vector<core::Row> rows);
  // Writes what it has and syncs, as far as it is time for that.
  void work();
  // When work() has something to do again, if no rows come.
  [[nodiscard]] std::optional<core::MonotonicTime> due() const;
  // Closes the file and opens the one that has its name by now: for logrotate.
  void reopen();
  // So far, see LogOutcome.
  [[nodiscard]] std::uint64_t rows_written() const noexcept { return outcome_.rows_written; }
  // Writes the batch in hand and `rest`, in that order; if that fails, merges what is left to one
  // row a sensor and writes it at the cost of the reserve. Syncs and closes.
  [[nodiscard]] LogOutcome finish(std::vector<core::Row> rest);

 private:
  [[nodiscard]] core::LogStatus write_batch();
  [[nodiscard]] core::LogStatus write_some();
  void write_last_words();
  [[nodiscard]] std::size_t collect_lines();
  void count_written(std::size_t rows);
  void count_lost();
  [[nodiscard]] core::LogStatus rotate();
  void sync();
  void went_away(const core::LogStatus& status);
  void came_back();
  [[nodiscard]] std::string log_name() const;

  LogSettings settings_;
  core::LogDirectory& directory_;
  Notices notify_;
  const core::Clock& clock_;
  CurrentFile file_;
  // Shared because spdlog::logger holds its sinks that way; the logger is the only other owner.
  std::shared_ptr<BatchSink> sink_;
  spdlog::logger logger_;

  std::vector<core::Row> batch_;
  std::optional<core::MonotonicTime> sync_due_;      // where something is unsynced
  core::MonotonicTime synced_at_;                    // begun, successfully or not
  std::optional<core::MonotonicTime> away_since_;    // while the log cannot be written
  core::MonotonicTime retry_at_;                     // while it is away
  std::optional<core::MonotonicTime> rotate_again_;  // after a failed rotation
  bool sync_failing_ = false;
  LogOutcome outcome_;
};

}  // namespace isotherm::store
