// `isotherm run`: prepare, check what real-time needs, run the station until its end, and say what
// it amounted to.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "app/board_lookup.hpp"
#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/foresight.hpp"
#include "app/idle_bound.hpp"
#include "app/prepare.hpp"
#include "app/reader_isolation.hpp"
#include "app/realtime_setup.hpp"
#include "app/run_report.hpp"
#include "app/service_report.hpp"
#include "app/station.hpp"
#include "os/helper_thread.hpp"
#include "os/kernel_control_groups.hpp"
#include "os/monotonic_clock.hpp"
#include "os/process.hpp"
#include "os/process_memory.hpp"
#include "os/service_manager.hpp"
#include "os/sysfs_tree.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;

// How often the main thread looks whether the readers have ended, and redraws the live view.
constexpr auto kPollInterval = std::chrono::milliseconds{50};
constexpr int kPollsPerDraw = 4;

// Runs the main thread until the station has ended or a signal ends it.
class RunLoop {
 public:
  // `service` is null where no service manager listens.
  RunLoop(Station& station, Console& console, bool live, ServiceReport* service)
      : station_(&station), console_(&console), live_(live), service_(service) {}

  void run() {
    wait_for_signal();
    wait_for_poll();
    context_.run();
  }

 private:
  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) {
        return;
      }
      if (signal == SIGHUP) {
        if (service_ != nullptr) {
          service_->reloading(clock_.now(), station_->log_reopenings());
        }
        station_->reopen_log();
        wait_for_signal();
        return;
      }
      end();
    });
  }

  void wait_for_poll() {
    timer_.expires_after(kPollInterval);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) {
        return;
      }
      if (ended_ || station_->ended()) {
        end();
        return;
      }
      if (service_ != nullptr && service_->due(clock_.now())) {
        service_->look(clock_.now(), station_->progress());
      }
      if (live_ && ++polls_ % kPollsPerDraw == 0) {
        console_->draw(station_->live());
      }
      wait_for_poll();
    });
  }

  // From here on a second SIGINT or SIGTERM has its default effect: the program ends at once.
  void end() {
    ended_ = true;
    if (service_ != nullptr) {
      service_->stopping();
    }
    // SIGHUP stays taken: a logrotate must not cut off the last rows.
    signals_.remove(SIGINT);
    signals_.remove(SIGTERM);
    signals_.cancel();
    timer_.cancel();
    if (live_) {
      console_->draw(station_->live());
    }
  }

  Station* station_;
  Console* console_;
  bool live_;
  ServiceReport* service_;
  os::MonotonicClock clock_;
  bool ended_ = false;
  int polls_ = 0;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM, SIGHUP};
  boost::asio::steady_timer timer_{context_};
};

// The service manager that started this, and what it is told.
struct Service {
  Service(const os::ServiceEnvironment& environment, Console& console)
      : manager(environment.socket),
        report([this](const std::string& lines) { return manager.send(lines); },
               [&console](const std::string& text) { console.say(text); }, environment.watchdog) {}

  os::ServiceManager manager;
  ServiceReport report;
};

// Null where no service manager listens. An address that cannot be used is no reason not to
// measure.
std::unique_ptr<Service> find_service(Console& console) {
  const os::ServiceEnvironment environment = os::service_environment();
  if (environment.socket.empty()) {
    return nullptr;
  }
  try {
    return std::make_unique<Service>(environment, console);
  } catch (const core::SetupError& error) {
    console.say("warning: the service manager is not told anything: " + error.where() + ": " +
                error.problem() + "; " + error.mend());
    return nullptr;
  }
}

bool report_problems(const char* headline, const std::vector<Problem>& problems) {
  if (problems.empty()) {
    return false;
  }
  std::fprintf(stderr, "isotherm: %s\n", headline);
  for (const Problem& problem : problems) {
    std::fprintf(stderr, "%s\n", problem_text(problem).c_str());
  }
  return true;
}

// Says what is missing; the texts of the missing ones, which every summary repeats.
std::vector<std::string> report_prerequisites(const RealtimeFindings& findings, Console& console,
                                              bool quiet) {
  std::vector<std::string> missing;
  for (const Prerequisite& prerequisite : findings.prerequisites) {
    const bool is_missing = prerequisite.severity == Severity::Missing;
    if (is_missing) {
      missing.push_back(prerequisite_text(prerequisite));
    }
    if (is_missing || !quiet) {
      console.say((is_missing ? "missing: " : "warning: ") + prerequisite_text(prerequisite));
    }
  }
  return missing;
}

// Says what cannot hold. Whether the run goes on: there is nothing, or it is forced.
bool report_infeasible(const Foresight& foresight, bool force, Console& console) {
  for (const std::string& text : foresight.texts()) {
    console.say((force ? "forced: " : "infeasible: ") + text);
  }
  if (force || foresight.infeasible.empty()) {
    return true;
  }
  console.say(
      "not started, because the plan cannot hold its rates and slots would be missed; --force goes "
      "on all the same");
  return false;
}

// The slots as they were against what was thought of them; one reader a unit, in both.
std::vector<BusyComparison> compare_with(const Foresight& foresight, const RunReport& report) {
  std::vector<BusyFigures> busy;
  for (const ReaderReport& reader : report.readers) {
    busy.push_back({.p99 = reader.busy_p99, .max = reader.busy_max});
  }
  return compare_busy(foresight.study, busy);
}

ExitCode exit_code_of(const RunReport& report) {
  if (report.crash || !report.accounted_for()) {
    return ExitCode::Software;
  }
  if (!report.log.complete()) {
    return ExitCode::Io;
  }
  for (const ReaderReport& reader : report.readers) {
    if (reader.stopped_by_overrun) {
      // The operator asked for a reader that rather ends than misses: its timing was not to be had.
      return ExitCode::Unavailable;
    }
  }
  return ExitCode::Ok;
}

}  // namespace

ExitCode run_command(const RunOptions& options) {
  os::ignore_deadly_signals();
  const os::SysfsTree files;
  const os::MonotonicClock clock;
  Console console;
  os::KernelControlGroups groups;
  ReaderIsolation isolation(files, groups);
  // Before the machine's cores are looked at, some of which they would hide.
  for (const std::string& removed : isolation.remove_left()) {
    console.say(removed);
  }
  const Machine machine{.files = files,
                        .topology = os::machine_topology(),
                        .board_folders = board_folders(os::executable_path())};
  Preparation preparation = prepare(options.station, machine);
  StationPlan& plan = preparation.plan;
  // Before the first helper thread, and after the configuration was read, whose memory goes back. A
  // refusal only means that some allocation of housekeeping may fault a page in later.
  static_cast<void>(os::tune_malloc());
  os::PosixHelperThreads helpers(plan.housekeeping);
  StationSensors sensors = open_sensors(plan, files, helpers, clock, preparation.mistakes);
  if (report_problems("the configuration cannot be carried out:", preparation.mistakes)) {
    return preparation.exit_code();
  }
  if (!options.quiet) {
    for (const std::string& note : preparation.notes) {
      console.say(note);
    }
  }
  if (options.trace) {
    plan.memory_bytes += trace_memory_bytes(plan);
  }

  os::Topology topology = machine.topology;
  std::vector<std::string> setup_notes;
  isolation.set_up(plan, topology, preparation.prerequisites, setup_notes);
  const auto idle_bound = hold_cpu_dma_latency(plan, files, setup_notes);
  for (const std::string& note : setup_notes) {
    if (!options.quiet) {
      console.say(note);
    }
  }
  const RealtimeFindings findings =
      inspect_realtime(plan, sensors, topology, files, preparation.prerequisites);
  std::vector<std::string> missing = report_prerequisites(findings, console, options.quiet);
  const bool required = plan.configuration.station.realtime == settings::Realtime::Required;
  if (required && !missing.empty()) {
    console.say(
        "not started, because real-time = required and the prerequisites above are missing; "
        "--best-effort goes on without them");
    return ExitCode::Unavailable;
  }
  settle_for_less(plan, findings, topology);
  if (const auto unlocked = enter_realtime(plan, findings.may_lock_memory)) {
    console.say("missing: " + *unlocked);
    if (required) {
      return ExitCode::Unavailable;
    }
    missing.push_back(*unlocked);
  }

  const Foresight foresight =
      foresee({.judged = plan, .granted = plan}, sensors,
              {.measure = options.measure, .always = options.force}, files, topology, clock);
  if (!report_infeasible(foresight, options.force, console)) {
    return ExitCode::Unavailable;
  }
  if (options.measure) {
    // Those that were measured remember their readings.
    sensors.clear();
    sensors = open_sensors(plan, files, helpers, clock, preparation.mistakes);
    if (report_problems("a sensor was lost while it was measured:", preparation.mistakes)) {
      return preparation.exit_code();
    }
  }

  Station station(plan, std::move(sensors), helpers, options.duration, options.trace,
                  [&console](const std::string& text) { console.say(text); });
  const bool live = !options.quiet && !options.json && Console::has_terminal();
  // Before the start: from there on a signal means an orderly end.
  const auto service = find_service(console);
  RunLoop loop(station, console, live, service ? &service->report : nullptr);
  console.enter();
  station.start(isolation.partition());
  loop.run();
  RunReport report = station.stop();
  console.leave();
  for (std::size_t i = 0; i < report.readers.size(); ++i) {
    report.readers[i].isolation = isolation.words_for(plan.readers[i].cores);
  }
  report.missing_prerequisites = std::move(missing);
  report.forced = foresight.texts();
  report.busy_comparisons = compare_with(foresight, report);
  if (!options.quiet) {
    const std::string summary = options.json ? summary_json(report) : summary_text(report);
    std::fputs(summary.c_str(), stdout);
    std::fflush(stdout);
  }
  const ExitCode exit_code = exit_code_of(report);
  if (report.crash) {
    console.say(*report.crash);
    // Its thread is parked for ever: nobody can join it, so nothing is torn down any more, but for
    // the cores that others wait for.
    isolation.undo();
    std::_Exit(static_cast<int>(exit_code));
  }
  return exit_code;
}

}  // namespace isotherm::app
