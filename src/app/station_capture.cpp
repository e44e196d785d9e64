#include "app/station_capture.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "core/setup_error.hpp"
#include "os/log_directory.hpp"
#include "os/sysfs_tree.hpp"

namespace isotherm::app {
namespace {

namespace fs = std::filesystem;

constexpr int kHexadecimal = 16;

// A trailing slash or a "./" makes no other folder of it.
bool is_same_folder(const std::string& a, const std::string& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) || fs::path(a).lexically_normal() == fs::path(b);
}

}  // namespace

std::vector<std::vector<capture::Origin>> capture_origins(
    const std::vector<settings::ReaderPlan>& readers, const capture::BootId& boot_id) {
  std::vector<std::vector<capture::Origin>> origins;
  for (const settings::ReaderPlan& reader : readers) {
    auto& sensors = origins.emplace_back();
    for (const sensor::SensorSettings& sensor : reader.sensors) {
      capture::Origin origin;
      origin.reader = static_cast<std::uint16_t>(origins.size() - 1);
      origin.sensor = static_cast<std::uint16_t>(sensors.size());
      origin.every = sensor.every;
      origin.period = reader.reader.period;
      origin.boot_id = boot_id;
      origin.name = sensor.name;
      origin.unit = sensor.unit;
      sensors.push_back(std::move(origin));
    }
  }
  return origins;
}

// "8a8cbd4f-...": 32 digits, and hyphens in between; random(4).
capture::BootId machine_boot_id() {
  capture::BootId id{};
  std::string digits = os::SysfsTree().text("/proc/sys/kernel/random/boot_id").value_or("");
  std::erase_if(digits, [](unsigned char c) { return std::isxdigit(c) == 0; });
  for (std::size_t i = 0; i < id.size() && 2 * i + 2 <= digits.size(); ++i) {
    const char* const at = digits.data() + 2 * i;
    std::from_chars(at, at + 2, id.at(i), kHexadecimal);
  }
  return id;
}

CaptureFolder::CaptureFolder(const settings::Configuration& configuration, core::LogDirectory& log)
    : directory_(&log) {
  const capture::CaptureSettings& settings = configuration.capture;
  std::string folder = settings.directory;
  if (!settings.file.empty()) {
    const fs::path file(settings.file);
    single_file_ = file.filename().string();
    folder = file.has_parent_path() ? file.parent_path().string() : ".";
    if (single_file_.empty() || fs::is_directory(file)) {
      throw core::SetupError(core::ExitCode::Io, "the capture cannot be written: it is a folder",
                             settings.file, "name a file, such as run.isocap");
    }
  }
  path_ = !settings.file.empty() ? settings.file : folder.empty() ? log.path() : folder;
  if (folder.empty() || is_same_folder(folder, log.path())) {
    return;
  }
  own_ = std::make_unique<os::PosixLogDirectory>(folder);
  directory_ = own_.get();
  // What a person typed is not made: it is more likely a mistake.
  const auto made = settings.file.empty() ? own_->create() : core::LogStatus{};
  if (!made.ok() || !fs::is_directory(folder)) {
    throw core::SetupError(
        core::ExitCode::Io,
        "the capture cannot be written: " + (made.ok() ? "there is no such folder" : made.text),
        folder, "name a folder that is there and may be written to");
  }
}

capture::CapturePlace CaptureFolder::place() const {
  return {*directory_, single_file_, own_ == nullptr};
}

StationCapture::StationCapture(const settings::Configuration& configuration,
                               core::LogDirectory& log, const core::WallClock& clock,
                               core::HelperThreads& threads, capture::Notices notify)
    : folder_(configuration, log),
      capture_(configuration.capture, capture_origins(configuration.readers, machine_boot_id()),
               folder_.place(), clock, threads, std::move(notify)) {}

capture::CaptureOutcome StationCapture::finish() {
  capture::CaptureOutcome outcome = capture_.finish();
  outcome.path = folder_.path();
  return outcome;
}

}  // namespace isotherm::app
