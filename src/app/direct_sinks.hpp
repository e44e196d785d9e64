// Where the rows and samples of a station on a virtual clock go: the log, the history and the
// capture of a real one, written on the same thread, so that a fast station waits for its disk
// instead of losing rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/station_capture.hpp"
#include "app/station_history.hpp"
#include "capture/capture_writer.hpp"
#include "core/clock.hpp"
#include "core/log_directory.hpp"
#include "core/row_sink.hpp"
#include "core/sample_sink.hpp"
#include "settings/configuration.hpp"
#include "store/log_writer.hpp"

namespace isotherm::app {

class DirectLog : public core::RowSink {
 public:
  // A disk that is full or gone for so long ends the run.
  static constexpr core::Nanoseconds kPatience = std::chrono::seconds{10};

  // Throws SetupError as store::LogWriter. `clock` is the real one: what a power cut may cost is a
  // matter of real time.
  DirectLog(const settings::Configuration& configuration, core::LogDirectory& directory,
            std::size_t sensor_count, store::Notices notify, const core::Clock& clock);

  // Waits for the disk, until it gives up.
  void write(core::Row row) override;
  // At the end of its patience: the run should end, so that the other sinks are finished. Rows that
  // still come are kept for finish(), which merges what it cannot write.
  [[nodiscard]] bool gave_up() const noexcept { return gave_up_; }
  [[nodiscard]] store::LogOutcome finish();

 private:
  void pass_on();

  store::LogWriter writer_;
  const core::Clock& clock_;
  std::vector<core::Row> rows_;
  bool gave_up_ = false;
};

// Flushed by the number of rows: what a power cut may cost is a matter of real time.
class DirectHistory : public core::RowSink {
 public:
  static constexpr std::size_t kRowsAFlush = 4096;

  // Throws SetupError as history::HistoryFile.
  DirectHistory(const settings::Configuration& configuration, const store::Notices& notify);

  // Waits for the disk. Rows that it does not take are counted as lost.
  void write(core::Row row) override;
  [[nodiscard]] HistoryReport finish();

 private:
  void flush();

  std::string path_;
  history::HistoryFile file_;
  std::vector<core::Row> rows_;
  history::HistoryOutcome outcome_;
};

class DirectCapture : public core::SampleSink {
 public:
  // As CaptureFolder and capture::CaptureWriter. Chunks are closed when they are full, whatever the
  // flush interval. `clock` is the virtual one.
  DirectCapture(const settings::Configuration& configuration, core::LogDirectory& log,
                const core::WallClock& clock, core::MonotonicTime origin, capture::Notices notify);

  void take(std::size_t reader, std::span<const core::Sample> samples) override;
  // Writes the chunks that are full.
  void work() { writer_.tick(); }
  [[nodiscard]] capture::CaptureOutcome finish();

 private:
  CaptureFolder folder_;
  capture::SensorRow sensors_;
  capture::CaptureWriter writer_;
};

}  // namespace isotherm::app
