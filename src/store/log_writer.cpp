#include "store/log_writer.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "core/setup_error.hpp"
#include "store/rotation.hpp"
#include "store/row_format.hpp"
#include "store/row_merge.hpp"

namespace isotherm::store {
namespace {

constexpr const char* kOtherDirectory =
    "choose another directory with [log] directory or --log-dir";

[[noreturn]] void refuse(const core::LogStatus& status, const std::string& where) {
  std::string what = "the temperature log cannot be written: " + status.text;
  std::string mend = "give it to the user that runs isotherm, or ";
  if (status.fault == core::LogFault::Busy) {
    what = "another station is writing its temperature log here";
    mend = "stop it (systemctl status isotherm, fuser -v " + where + "), or ";
  } else if (status.fault == core::LogFault::NoSpace) {
    mend = "free some space (df -h " + where + "), or ";
  }
  throw core::SetupError(core::ExitCode::Io, std::move(what), where, mend + kOtherDirectory);
}

std::string kibibytes(std::uint64_t bytes) { return std::to_string(bytes >> 10U) + " KiB"; }

}  // namespace

LogWriter::LogWriter(LogSettings settings, core::LogDirectory& directory, std::size_t sensor_count,
                     Notices notify, const core::Clock& clock)
    : settings_(std::move(settings)),
      directory_(directory),
      notify_(notify ? std::move(notify) : Notices([](const std::string&) {})),
      clock_(clock),
      file_(settings_, directory,
            std::max<std::uint64_t>(kReserveLeast, kReservePerSensor * sensor_count), notify_),
      sink_(std::make_shared<BatchSink>(file_)),
      logger_("temperature", sink_),
      synced_at_(clock.now()) {
  logger_.set_level(spdlog::level::info);
  // spdlog would print the exception and go on without the row; only a bug, or no memory, can do
  // it.
  logger_.set_error_handler([](const std::string& what) { throw std::runtime_error(what); });
  auto status = directory_.create();
  if (status.ok()) {
    status = file_.prepare();
  }
  if (status.ok()) {
    status = file_.append({}).status;
  }
  if (!status.ok()) {
    refuse(status, directory_.path());
  }
}

void LogWriter::accept(std::vector<core::Row> rows) {
  std::move(rows.begin(), rows.end(), std::back_inserter(batch_));
}

void LogWriter::work() {
  const bool away = away_since_.has_value();
  if (away ? clock_.now() >= retry_at_ : !batch_.empty()) {
    const auto status = write_batch();
    if (status.ok()) {
      came_back();
    } else {
      went_away(status);
    }
  }
  if (sync_due_ && clock_.now() >= *sync_due_) {
    sync();
  }
}

std::optional<core::MonotonicTime> LogWriter::due() const {
  auto next = sync_due_;
  if (away_since_) {
    next = next ? std::min(*next, retry_at_) : retry_at_;
  }
  return next;
}

// With an empty batch, looks whether one could be written.
core::LogStatus LogWriter::write_batch() {
  if (batch_.empty()) {
    auto status = file_.prepare();
    return status.ok() ? file_.append({}).status : status;
  }
  // Ends: each round writes a row, fails, or rotates, after which a row is written.
  while (!batch_.empty()) {
    auto status = write_some();
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

core::LogStatus LogWriter::write_some() {
  auto status = file_.prepare();
  if (!status.ok()) {
    return status;
  }
  if (collect_lines() == 0) {
    return rotate();
  }
  logger_.flush();
  count_written(sink_->written().lines);
  return sink_->written().status;
}

// Hands rows to the logger until the file or the batch is full; returns how many.
std::size_t LogWriter::collect_lines() {
  const bool may_rotate = !rotate_again_ || clock_.now() >= *rotate_again_;
  std::size_t rows = 0;
  for (; rows < std::min(batch_.size(), kBatchRows); ++rows) {
    const std::string line = format_row(settings_.format, batch_[rows]);
    const std::uint64_t size = file_.size() + sink_->batch_bytes() + line.size() + 1;
    // A single row larger than a whole file still gets one.
    const bool fits = size <= settings_.rotate_size || (rows == 0 && !file_.has_rows());
    if (!fits && may_rotate) {
      break;
    }
    logger_.log(spdlog::level::info, spdlog::string_view_t(line));
  }
  return rows;
}

core::LogStatus LogWriter::rotate() {
  auto status = file_.rotate();
  if (status.ok()) {
    rotate_again_.reset();
    return status;
  }
  if (status.fault == core::LogFault::NoSpace || status.fault == core::LogFault::Gone) {
    return status;
  }
  // A file that grows beyond its limit is better than no rows.
  if (!rotate_again_) {
    outcome_.last_error = log_name() + ": " + status.text;
    notify_("temperature log: " + log_name() + " cannot be rotated: " + status.text +
            "; it grows until it can be, which is tried every minute");
  }
  rotate_again_ = clock_.now() + kRotationRetryInterval;
  return {};
}

void LogWriter::count_written(std::size_t rows) {
  if (rows == 0) {
    return;
  }
  const auto end = batch_.begin() + static_cast<std::ptrdiff_t>(rows);
  for (auto row = batch_.begin(); row != end; ++row) {
    (row->merged_rows == 0 ? outcome_.rows_written : outcome_.rows_merged) += rows_in(*row);
  }
  batch_.erase(batch_.begin(), end);
  if (!sync_due_) {
    // Not the interval from now on: a journal that commits by itself every 5 s (ext4 does) began to
    // count with this row, too, and would write everything twice. Nor at once: of what waited for
    // long, more batches follow, and each sync would be a commit.
    sync_due_ = std::max(clock_.now() + std::min(settings_.fsync_interval, kSyncPatience),
                         synced_at_ + settings_.fsync_interval);
  }
}

void LogWriter::count_lost() {
  for (const auto& row : batch_) {
    outcome_.rows_lost += rows_in(row);
    outcome_.scheduled_lost += row.counts.scheduled;
  }
  batch_.clear();
}

void LogWriter::sync() {
  synced_at_ = clock_.now();
  const auto status = file_.sync();
  sync_due_.reset();
  if (status.ok()) {
    sync_failing_ = false;
    return;
  }
  ++outcome_.syncs_failed;
  outcome_.last_error = log_name() + ": " + status.text;
  if (!sync_failing_) {
    notify_(
        "temperature log: " + log_name() + " cannot be synced: " + status.text +
        "; the rows of the last " +
        std::to_string(
            std::chrono::duration_cast<std::chrono::seconds>(settings_.fsync_interval).count()) +
        " s may be lost in a power cut, or already be");
  }
  sync_failing_ = true;
}

void LogWriter::reopen() {
  const auto closed = file_.close();
  if (!closed.ok()) {
    ++outcome_.syncs_failed;
    outcome_.last_error = log_name() + ": " + closed.text;
  }
  sync_due_.reset();
  const auto status = write_batch();
  if (status.ok()) {
    came_back();
  } else {
    went_away(status);
  }
}

LogOutcome LogWriter::finish(std::vector<core::Row> rest) {
  accept(std::move(rest));
  const auto status = write_batch();
  if (status.ok()) {
    came_back();
  } else {
    went_away(status);
    write_last_words();
  }
  const auto closed = file_.close();
  if (!closed.ok()) {
    ++outcome_.syncs_failed;
    outcome_.last_error = log_name() + ": " + closed.text;
  }
  sync_due_.reset();
  return outcome_;
}

void LogWriter::write_last_words() {
  batch_ = merge_by_sensor(std::move(batch_));
  sink_->use_reserve();
  if (file_.prepare().ok()) {
    for (const auto& row : batch_) {
      logger_.log(spdlog::level::info, spdlog::string_view_t(format_row(settings_.format, row)));
    }
    logger_.flush();
    count_written(sink_->written().lines);
  }
  count_lost();
}

void LogWriter::went_away(const core::LogStatus& status) {
  const auto now = clock_.now();
  retry_at_ = now + kRetryInterval;
  outcome_.was_away = true;
  outcome_.last_error = log_name() + ": " + status.text;
  if (away_since_) {
    return;
  }
  away_since_ = now;
  notify_("temperature log: cannot write " + log_name() + ": " + status.text +
          "; sampling goes on, rows are kept in memory (" + kibibytes(settings_.buffer) +
          ", then merged to one a sensor) and written when it can be");
}

void LogWriter::came_back() {
  if (!away_since_) {
    return;
  }
  const auto away = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - *away_since_);
  away_since_.reset();
  notify_("temperature log: writing " + log_name() + " again after " +
          std::to_string(away.count()) + " s; the rows kept in memory follow");
}

std::string LogWriter::log_name() const {
  return directory_.path() + "/" + log_file_name(settings_.format);
}

}  // namespace isotherm::store
