// `isotherm run`: prepare, check what real-time needs, run the station until its end, and say what
// it amounted to.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "app/board_lookup.hpp"
#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/foresight.hpp"
#include "app/idle_bound.hpp"
#include "app/prepare.hpp"
#include "app/reader_isolation.hpp"
#include "app/realtime_setup.hpp"
#include "app/run_loop.hpp"
#include "app/run_report.hpp"
#include "app/standard_output.hpp"
#include "app/station.hpp"
#include "os/helper_thread.hpp"
#include "os/kernel_control_groups.hpp"
#include "os/monotonic_clock.hpp"
#include "os/process.hpp"
#include "os/process_memory.hpp"
#include "os/sysfs_tree.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;

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
    const bool is_missing = prerequisite.severity == Prerequisite::Severity::Missing;
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

// One run, step by step. Each step returns an exit code where the run ends there, having said why.
class Run {
 public:
  explicit Run(const RunOptions& options) : options_(&options), isolation_(files_, groups_) {}

  [[nodiscard]] std::optional<ExitCode> read_plan();
  [[nodiscard]] std::optional<ExitCode> enter_real_time();
  [[nodiscard]] std::optional<ExitCode> reopen_sensors(const char* trouble);
  [[nodiscard]] std::optional<ExitCode> look_ahead();
  [[nodiscard]] ExitCode carry_out();

 private:
  [[nodiscard]] StationPlan& plan() { return preparation_.plan; }
  void capture_as_told();
  void say(const std::vector<std::string>& notes);
  void complete(RunReport& report);

  const RunOptions* options_;
  const os::SysfsTree files_;
  const os::MonotonicClock clock_;
  Console console_;
  os::KernelControlGroups groups_;
  ReaderIsolation isolation_;
  os::Topology topology_;
  Preparation preparation_;
  std::optional<os::PosixHelperThreads> helpers_;
  StationSensors sensors_;
  std::unique_ptr<os::CpuDmaLatency> idle_bound_;
  std::vector<std::string> missing_;  // best effort: what is done without
  Foresight foresight_;
};

// --capture: this run into this file, whatever the configuration keeps otherwise.
void Run::capture_as_told() {
  if (options_->capture) {
    plan().configuration.capture.enabled = true;
    plan().configuration.capture.file = *options_->capture;
  }
}

void Run::say(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    if (!options_->quiet) {
      console_.say(note);
    }
  }
}

std::optional<ExitCode> Run::read_plan() {
  // Before the machine's cores are looked at, some of which they would hide.
  for (const std::string& removed : isolation_.remove_left()) {
    console_.say(removed);
  }
  topology_ = os::machine_topology();
  preparation_ =
      prepare(options_->station, {.files = files_,
                                  .topology = topology_,
                                  .board_folders = board_folders(os::executable_path())});
  capture_as_told();
  // Before the first helper thread, and after the configuration was read, whose memory goes back. A
  // refusal only means that some allocation of housekeeping may fault a page in later.
  static_cast<void>(os::tune_malloc());
  helpers_.emplace(plan().housekeeping);
  sensors_ = open_sensors(plan(), files_, *helpers_, clock_, preparation_.mistakes);
  if (report_problems("the configuration cannot be carried out:", preparation_.mistakes)) {
    return preparation_.exit_code();
  }
  say(preparation_.notes);
  if (options_->trace) {
    plan().memory_bytes += trace_memory_bytes(plan());
  }
  return std::nullopt;
}

std::optional<ExitCode> Run::enter_real_time() {
  std::vector<std::string> notes;
  isolation_.set_up(plan(), topology_, preparation_.prerequisites, notes);
  if (isolation_.partition() != nullptr) {
    // Kernels before 6.2 give every thread that was in the group above all of its cores: sensors
    // that have helpers start these anew, on the cores of housekeeping.
    if (const auto lost = reopen_sensors("a sensor was lost while its core was isolated:")) {
      return lost;
    }
  }
  idle_bound_ = hold_cpu_dma_latency(plan(), files_, notes);
  say(notes);
  const RealtimeFindings findings =
      inspect_realtime(plan(), sensors_, topology_, files_, preparation_.prerequisites);
  missing_ = report_prerequisites(findings, console_, options_->quiet);
  const bool required = plan().configuration.station.realtime == settings::Realtime::Required;
  if (required && !missing_.empty()) {
    console_.say(
        "not started, because real-time = required and the prerequisites above are missing; "
        "--best-effort goes on without them");
    return ExitCode::Unavailable;
  }
  settle_for_less(plan(), findings, topology_);
  if (const auto unlocked = enter_realtime(plan(), findings.may_lock_memory)) {
    console_.say("missing: " + *unlocked);
    if (required) {
      return ExitCode::Unavailable;
    }
    missing_.push_back(*unlocked);
  }
  return std::nullopt;
}

std::optional<ExitCode> Run::reopen_sensors(const char* trouble) {
  sensors_.clear();
  sensors_ = open_sensors(plan(), files_, *helpers_, clock_, preparation_.mistakes);
  if (report_problems(trouble, preparation_.mistakes)) {
    return preparation_.exit_code();
  }
  return std::nullopt;
}

std::optional<ExitCode> Run::look_ahead() {
  foresight_ = foresee({.judged = plan(), .granted = plan()}, sensors_,
                       {.measure = options_->measure,
                        .always = options_->force,
                        .partition = isolation_.partition()},
                       files_, topology_, clock_);
  if (!report_infeasible(foresight_, options_->force, console_)) {
    return ExitCode::Unavailable;
  }
  if (options_->measure) {
    // Those that were measured remember their readings.
    return reopen_sensors("a sensor was lost while it was measured:");
  }
  return std::nullopt;
}

// What the station itself does not know of its run.
void Run::complete(RunReport& report) {
  for (std::size_t i = 0; i < report.readers.size(); ++i) {
    report.readers[i].isolation = isolation_.words_for(plan().readers[i].cores);
  }
  report.missing_prerequisites = missing_;
  report.forced = foresight_.texts();
  report.busy_comparisons = compare_with(foresight_, report);
}

ExitCode Run::carry_out() {
  Station station(plan(), std::move(sensors_), *helpers_, options_->duration, options_->trace,
                  [this](const std::string& text) { console_.say(text); });
  const bool live = !options_->quiet && !options_->json && Console::has_terminal();
  // Before the start: from there on a signal means an orderly end.
  const auto service = find_service(console_);
  RunLoop loop(station, console_, live, service ? &service->report : nullptr);
  console_.enter();
  station.start(isolation_.partition());
  loop.run();
  RunReport report = station.stop();
  console_.leave();
  complete(report);
  bool printed = true;
  if (!options_->quiet) {
    const std::string summary = options_->json ? summary_json(report) : summary_text(report);
    printed = print_whole(summary);
  }
  ExitCode exit_code = exit_code_of(report);
  if (!printed) {
    console_.say("stdout cannot be written: the summary is lost, the log is not");
    exit_code = exit_code == ExitCode::Ok ? ExitCode::Io : exit_code;
  }
  if (report.crash) {
    console_.say(*report.crash);
    // Its thread is parked for ever: nobody can join it, so nothing is torn down any more, but for
    // the cores that others wait for.
    isolation_.undo();
    std::_Exit(static_cast<int>(exit_code));
  }
  return exit_code;
}

}  // namespace

ExitCode run_command(const RunOptions& options) {
  os::ignore_deadly_signals();
  if (options.virtual_clock) {
    return virtual_run_command(options);
  }
  Run run(options);
  for (const auto step : {&Run::read_plan, &Run::enter_real_time, &Run::look_ahead}) {
    if (const auto ended = (run.*step)()) {
      return *ended;
    }
  }
  return run.carry_out();
}

}  // namespace isotherm::app
