// The capture of a running station: every sample of all its readers, where the configuration or
// `isotherm run --capture FILE` asks for it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/plan.hpp"
#include "capture/capture_writer.hpp"
#include "capture/sample_capture.hpp"
#include "core/clock.hpp"
#include "core/helper_threads.hpp"
#include "core/log_directory.hpp"
#include "core/sample_sink.hpp"
#include "os/log_directory.hpp"
#include "settings/configuration.hpp"

namespace isotherm::app {

// What a capture has to know of the sensors, by reader; when slot 0 is it does not say.
[[nodiscard]] std::vector<std::vector<capture::Origin>> capture_origins(
    const std::vector<settings::ReaderPlan>& readers, const capture::BootId& boot_id);

// The kernel's boot id; zeros where /proc is not mounted.
[[nodiscard]] capture::BootId machine_boot_id();

// Where the captures of a configuration go.
class CaptureFolder {
 public:
  // `log` has been claimed by the temperature log, and outlives this. Throws SetupError (Io) where
  // the folder cannot be made.
  CaptureFolder(const settings::Configuration& configuration, core::LogDirectory& log);

  [[nodiscard]] capture::CapturePlace place() const;
  // The file as it was named, or the folder.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Bytes written to a folder of its own; those to the log's are counted there. Any thread.
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept {
    return own_ ? own_->bytes_taken() : 0;
  }

 private:
  std::unique_ptr<os::PosixLogDirectory> own_;  // null: it is the log's
  core::LogDirectory* directory_;
  std::string single_file_;
  std::string path_;
};

class StationCapture {
 public:
  // As CaptureFolder and capture::SampleCapture.
  StationCapture(const settings::Configuration& configuration, core::LogDirectory& log,
                 const core::WallClock& clock, core::HelperThreads& threads,
                 capture::Notices notify);

  [[nodiscard]] core::SampleSink& samples() noexcept { return capture_; }
  void begin(core::MonotonicTime origin) { capture_.begin(origin); }
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept { return folder_.bytes_taken(); }
  [[nodiscard]] capture::CaptureOutcome finish();

 private:
  CaptureFolder folder_;
  capture::SampleCapture capture_;
};

}  // namespace isotherm::app
