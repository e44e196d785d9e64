// `isotherm run --as-fast-as-possible`: the station of a configuration on a virtual clock. Nothing
// of it is real-time, so nothing is asked of the machine: no priorities, no locked memory, no
// cores.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <memory>
#include <utility>
#include <vector>

#include "app/capture_library.hpp"
#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/direct_sinks.hpp"
#include "app/prepare.hpp"
#include "app/row_fan.hpp"
#include "app/standard_output.hpp"
#include "app/virtual_station.hpp"
#include "os/helper_thread.hpp"
#include "os/log_directory.hpp"
#include "os/monotonic_clock.hpp"
#include "os/process_memory.hpp"
#include "os/sysfs_tree.hpp"
#include "os/system_wall_clock.hpp"
#include "os/this_thread.hpp"
#include "sensor/make_sensor.hpp"
#include "store/rotation.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;

class VirtualRun {
 public:
  explicit VirtualRun(const RunOptions& options) : options_(&options) {}

  // False where the configuration is wrong, which has been said then.
  [[nodiscard]] bool read_configuration();
  [[nodiscard]] ExitCode carry_out();

 private:
  void open_sensors(VirtualReader& reader);
  [[nodiscard]] core::ClockReading beginning() const;
  [[nodiscard]] bool report_mistakes();
  void run(VirtualStation& station, const DirectLog& log, DirectCapture* capture);
  [[nodiscard]] ExitCode print(const RunReport& report);

  const RunOptions* options_;
  const os::SysfsTree files_;
  const os::MonotonicClock clock_;
  Console console_;
  Preparation preparation_;
  settings::Configuration configuration_;
  CaptureLibrary captures_{CaptureLibrary::Playing::Streamed};
  std::vector<std::unique_ptr<VirtualReader>> readers_;
};

bool VirtualRun::report_mistakes() {
  if (preparation_.mistakes.empty()) {
    return true;
  }
  sort_by_place(preparation_.mistakes);
  console_.say("the configuration cannot be carried out as fast as possible:");
  for (const Problem& problem : preparation_.mistakes) {
    console_.say(problem_text(problem));
  }
  return false;
}

bool VirtualRun::read_configuration() {
  configuration_ = load_station(options_->station, files_, preparation_);
  if (options_->capture) {
    configuration_.capture.enabled = true;
    configuration_.capture.file = *options_->capture;
  }
  if (!report_mistakes()) {
    return false;
  }
  for (const settings::ReaderPlan& plan : configuration_.readers) {
    readers_.push_back(std::make_unique<VirtualReader>(plan));
    open_sensors(*readers_.back());
  }
  preparation_.notes.insert(preparation_.notes.end(), captures_.notes().begin(),
                            captures_.notes().end());
  for (const std::string& note : preparation_.notes) {
    if (!options_->quiet) {
      console_.say(note);
    }
  }
  return report_mistakes();
}

void VirtualRun::open_sensors(VirtualReader& reader) {
  os::PosixHelperThreads helpers(os::this_thread_cores());
  for (const sensor::SensorSettings& settings : reader.plan().sensors) {
    const bool is_virtual =
        settings.driver == sensor::DriverKind::Sim || settings.driver == sensor::DriverKind::Replay;
    if (!is_virtual) {
      preparation_.mistakes.push_back(
          {.exit_code = ExitCode::Config,
           .what = "sensor \"" + settings.name + "\": a device cannot be read faster than it is",
           .where = settings.where,
           .mend = "leave out --as-fast-as-possible, or use the driver \"sim\" or \"replay\""});
      continue;
    }
    try {
      reader.add(sensor::make_sensor(settings,
                                     {.files = files_,
                                      .helpers = helpers,
                                      .clock = reader.own_clock(),
                                      .recordings = &captures_},
                                     reader.plan().reader.period));
    } catch (const core::SetupError& error) {
      preparation_.mistakes.push_back({.exit_code = error.exit_code(),
                                       .what = error.problem(),
                                       .where = error.where(),
                                       .mend = error.mend()});
    }
  }
}

// A replay begins when its capture did, so that its windows are the same; a simulation at 0 of the
// monotonic clock, so that two runs of one start are the same.
core::ClockReading VirtualRun::beginning() const {
  core::ClockReading begin{{}, os::SystemWallClock().read().wall, true};
  if (const auto& captured = captures_.beginning()) {
    begin = {captured->monotonic, captured->wall, captured->synced};
  }
  begin.wall = options_->begin.value_or(begin.wall);
  return begin;
}

void VirtualRun::run(VirtualStation& station, const DirectLog& log, DirectCapture* capture) {
  boost::asio::io_context context{1};
  boost::asio::signal_set signals{context, SIGINT, SIGTERM};
  bool told_to_stop = false;
  signals.async_wait([&](const boost::system::error_code& error, int) { told_to_stop = !error; });
  constexpr unsigned kTicksBetweenPolls = 256;
  unsigned ticks = 0;
  station.run(options_->duration, [&] {
    if (capture != nullptr) {
      capture->work();
    }
    if (++ticks % kTicksBetweenPolls == 0) {
      context.poll();
    }
    return !told_to_stop && !log.gave_up();
  });
}

ExitCode VirtualRun::print(const RunReport& report) {
  const ExitCode exit_code = exit_code_of(report);
  if (options_->quiet ||
      print_whole(options_->json ? summary_json(report) : summary_text(report))) {
    return exit_code;
  }
  console_.say("stdout cannot be written: the summary is lost, the log is not");
  return exit_code == ExitCode::Ok ? ExitCode::Io : exit_code;
}

ExitCode VirtualRun::carry_out() {
  const auto notify = [this](const std::string& text) { console_.say(text); };
  std::size_t sensors = 0;
  for (const settings::ReaderPlan& plan : configuration_.readers) {
    sensors += plan.sensors.size();
  }
  VirtualClock virtual_clock(beginning());
  const core::MonotonicTime begin = virtual_clock.now();
  os::PosixLogDirectory directory(configuration_.log.directory);
  DirectLog log(configuration_, directory, sensors, notify, clock_);
  std::unique_ptr<DirectCapture> capture;
  if (configuration_.capture.enabled) {
    capture =
        std::make_unique<DirectCapture>(configuration_, directory, virtual_clock, begin, notify);
  }
  std::vector<core::RowSink*> sinks{&log};
  std::unique_ptr<DirectHistory> history;
  if (configuration_.history.enabled) {
    history = std::make_unique<DirectHistory>(configuration_, notify);
    sinks.push_back(history.get());
  }
  RowFan rows(std::move(sinks));
  VirtualStation station(configuration_, std::move(readers_), virtual_clock, rows, capture.get());
  const core::MonotonicTime started = clock_.now();
  run(station, log, capture.get());

  RunReport report;
  station.report(report);
  report.log = log.finish();
  report.log_path =
      configuration_.log.directory + "/" + store::log_file_name(configuration_.log.format);
  if (capture) {
    report.capture = capture->finish();
  }
  if (history) {
    report.history = history->finish();
  }
  report.virtual_time = VirtualTime{virtual_clock.now() - begin, clock_.now() - started, 0};
  for (const SensorReport& sensor : report.sensors) {
    report.virtual_time->readings += sensor.counted_by_reader.scheduled;
  }
  report.resident_bytes = os::memory_use().resident_bytes;
  const ExitCode exit_code = print(report);
  if (log.gave_up()) {
    throw core::SetupError(ExitCode::Io, "the log cannot be written any more: the run ends here",
                           configuration_.log.directory,
                           "make room, or name another folder with --log-dir");
  }
  return exit_code;
}

}  // namespace

ExitCode virtual_run_command(const RunOptions& options) {
  VirtualRun run(options);
  return run.read_configuration() ? run.carry_out() : ExitCode::Config;
}

}  // namespace isotherm::app
