#include "app/station_trace.hpp"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "core/setup_error.hpp"
#include "os/process.hpp"
#include "store/rotation.hpp"

namespace isotherm::app {
namespace {

// How often iso-trace empties the lanes: what a crash may cost, and far below acquire::kTraceHold.
constexpr auto kTraceInterval = std::chrono::milliseconds{50};

// Housekeeping's lanes, in records. A drain may close a window of each of many sensors; the log
// writes and syncs some ten times a second at most.
constexpr std::size_t kAggregateCapacity = 2048;
constexpr std::size_t kLogCapacity = 256;

std::string folder_of(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
}

std::string name_of(const std::string& file) {
  return std::filesystem::path(file).filename().string();
}

// The log's own names, rotated ones too: where one of them is still empty, the trace would begin in
// what the log then goes on with.
const std::string& not_of_log(const std::string& file, const std::string& log_directory) {
  std::error_code unknown;
  const auto folder = std::filesystem::weakly_canonical(folder_of(file), unknown);
  const std::string name = name_of(file);
  if (folder == std::filesystem::weakly_canonical(log_directory, unknown) &&
      store::is_log_name(name)) {
    throw core::SetupError(core::ExitCode::Usage,
                           "--trace " + file + ": that name is the log's own", "",
                           "give the trace another name, e.g. trace.json");
  }
  return file;
}

diagnose::TraceRecorder::Settings recorder_settings(const TraceSettings& settings,
                                                    const StationPlan& plan) {
  return {.process = "isotherm " + plan.configuration.station.name,
          .version = ISOTHERM_VERSION,
          .process_id = os::process_id(),
          .limit = settings.limit};
}

}  // namespace

std::uint64_t trace_memory_bytes(const StationPlan& plan) {
  std::uint64_t records = kAggregateCapacity + kLogCapacity;
  for (const PlannedReader& reader : plan.readers) {
    records += acquire::trace_capacity(reader.settings.period, reader.sensors.size());
  }
  return records * sizeof(core::TraceRecord);
}

StationTrace::StationTrace(const TraceSettings& settings, const StationPlan& plan,
                           const core::Clock& clock, const core::WallClock& wall_clock,
                           diagnose::TraceRecorder::Notify notify)
    : clock_(&clock),
      directory_(folder_of(settings.file)),
      recorder_(recorder_settings(settings, plan), directory_,
                name_of(not_of_log(settings.file, plan.configuration.log.directory)), clock,
                wall_clock, std::move(notify)) {
  for (const PlannedReader& reader : plan.readers) {
    diagnose::TraceTrack track;
    track.thread = "iso-" + reader.settings.name;
    for (const sensor::SensorSettings& sensor : reader.sensors) {
      track.sensors.push_back(sensor.name);
      sensors_.push_back(sensor.name);
    }
    readers_.emplace_back(recorder_.add_lane(
        std::move(track), acquire::trace_capacity(reader.settings.period, reader.sensors.size())));
  }
  aggregate_lane_ = &recorder_.add_lane(
      {.thread = "iso-aggregate", .sensors = sensors_, .reader = false}, kAggregateCapacity);
  log_lane_ =
      &recorder_.add_lane({.thread = "iso-log", .sensors = {}, .reader = false}, kLogCapacity);
}

core::LogDirectory& StationTrace::traced(core::LogDirectory& directory) {
  return traced_directory_.emplace(directory, *log_lane_, *clock_);
}

core::RowSink& StationTrace::traced(core::RowSink& sink) {
  return traced_rows_.emplace(sink, *aggregate_lane_, *clock_, sensors_);
}

void StationTrace::start(core::HelperThreads& helpers) {
  recorder_.start();
  thread_ = helpers.start("iso-trace", [this](const std::stop_token& stop) { run(stop); });
}

void StationTrace::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asleep;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    asleep.wait_for(lock, stop, kTraceInterval, [] { return false; });
    recorder_.work();
  }
}

void StationTrace::drained(core::MonotonicTime start, std::uint64_t samples) {
  diagnose::record_span(*aggregate_lane_, core::TraceKind::Drain, start, clock_->now(), samples);
}

diagnose::TraceOutcome StationTrace::finish(const std::vector<std::uint64_t>& scheduled) {
  thread_.reset();
  diagnose::TraceOutcome outcome = recorder_.finish();
  // The readers' lanes are the first ones.
  for (std::size_t i = 0; i < scheduled.size(); ++i) {
    outcome.threads.at(i).slots.made = scheduled[i];
  }
  return outcome;
}

}  // namespace isotherm::app
