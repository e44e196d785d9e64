// `isotherm doctor`: is this machine real-time for this plan? And --fix: what can be changed at run
// time, for as long as it runs.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

#include "app/board_lookup.hpp"
#include "app/boot_files.hpp"
#include "app/commands.hpp"
#include "app/doctor_output.hpp"
#include "app/doctor_plan.hpp"
#include "app/feasibility_report.hpp"
#include "app/output_place.hpp"
#include "app/prepare.hpp"
#include "app/reader_isolation.hpp"
#include "app/standard_output.hpp"
#include "diagnose/doctor.hpp"
#include "diagnose/fixes.hpp"
#include "diagnose/recording.hpp"
#include "os/cpu_dma_latency.hpp"
#include "os/helper_thread.hpp"
#include "os/kernel_control_groups.hpp"
#include "os/monotonic_clock.hpp"
#include "os/process.hpp"
#include "os/sysfs_tree.hpp"
#include "os/system_call.hpp"
#include "os/this_thread.hpp"
#include "os/topology.hpp"
#include "os/wake_up.hpp"
#include "os/whole_files.hpp"

namespace isotherm::app {
namespace {

class MachineTrials final : public diagnose::Trials {
 public:
  explicit MachineTrials(const core::Clock& clock) : clock_(&clock) {}

  core::Nanoseconds timer_resolution() override { return os::timer_resolution(); }

  void watch(core::Nanoseconds duration) override {
    const core::MonotonicTime end = clock_->now() + duration;
    while (clock_->now() < end) {
      clock_->sleep_until(end);
    }
  }

  std::vector<os::WakeUps> wake_up(const std::vector<os::WakeUpSpec>& specs) override {
    return os::try_wake_ups(specs);
  }

 private:
  const core::Clock* clock_;
};

class MachineTools final : public diagnose::FixTools {
 public:
  std::optional<std::string> read(const std::string& path) override { return files_.text(path); }

  std::string write(const std::string& path, const std::string& text) override {
    const int error = os::write_attribute(path, text);
    return error == 0 ? "" : os::error_text(error);
  }

  std::string hold_latency() override {
    latency_.emplace(std::chrono::microseconds{0});
    if (latency_->held()) {
      return "";
    }
    const os::CpuDmaLatency::Refusal refusal = *latency_->refusal();
    latency_.reset();
    return refusal.what + "; " + refusal.mend;
  }

  void release_latency() override { latency_.reset(); }

 private:
  os::SysfsTree files_;
  std::optional<os::CpuDmaLatency> latency_;
};

// Takes the signals that end it from the moment it is made, so that nothing is left changed: SIGHUP
// too, which a terminal sends that goes away.
class Holding {
 public:
  void wait(std::optional<core::Nanoseconds> duration) {
    signals_.async_wait([this](const boost::system::error_code&, int) { context_.stop(); });
    if (duration) {
      timer_.expires_after(*duration);
      timer_.async_wait([this](const boost::system::error_code&) { context_.stop(); });
    }
    context_.run();
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM, SIGHUP};
  boost::asio::steady_timer timer_{context_};
};

std::string readers_words(const StationPlan& plan) {
  std::string words;
  for (const PlannedReader& reader : plan.readers) {
    words +=
        (words.empty() ? "" : ", ") + reader.settings.name + " on " + cores_words(reader.cores);
  }
  return words;
}

// Nothing of this process may run where it watches. A plan that leaves it no other core is looked
// at all the same.
void keep_off(const core::CpuSet& watched, const core::CpuSet& usable) {
  const core::CpuSet rest = usable.without(watched);
  if (!rest.empty()) {
    os::pin_this_thread(rest);
  }
}

void write_record(const std::string& path, const std::string& record) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  const bool written = file != nullptr && std::fputs(record.c_str(), file) >= 0;
  const bool closed = file == nullptr || std::fclose(file) == 0;
  if (!written || !closed) {
    throw core::SetupError(core::ExitCode::Io, "the record cannot be written", path,
                           "name a file in a folder that is there and may be written");
  }
}

// As os::machine_topology(), through the tree that records.
os::Topology topology_of(const core::FileTree& files) {
  os::Topology topology = os::read_topology(files);
  if (auto granted = os::try_allowed_cores()) {
    topology.allowed = std::move(*granted);
  }
  return topology;
}

struct Patient {
  const core::FileTree& files;
  const Machine& machine;
  Preparation preparation;
  std::vector<Problem> absent;      // sensors
  std::vector<Problem> infeasible;  // rates
  RealtimeFindings realtime;
  diagnose::DoctorPlan plan;
};

diagnose::Findings look_at(const Patient& patient) {
  const os::MonotonicClock clock;
  MachineTrials trials(clock);
  diagnose::Findings findings = diagnose::examine(patient.files, trials, patient.machine.topology,
                                                  machine_model(patient.files), patient.plan);
  append(findings, rights_findings(patient.realtime, os::executable_path(), os::login_name()));
  append(findings, plan_findings(patient.realtime, patient.absent, patient.infeasible));
  const BoardChoice& board = patient.preparation.board_choice;
  const BootLines lines = read_boot_lines(board.where, os::PosixWholeFiles{});
  append(findings, board_findings(board_differences(board.board, lines.parameters,
                                                    patient.machine.topology, patient.files),
                                  patient.preparation.board));
  return findings;
}

DoctorReport report_of(const Patient& patient, std::vector<std::string> fixes) {
  return {.station = patient.preparation.plan.configuration.station.name,
          .board = patient.preparation.board,
          .readers = readers_words(patient.preparation.plan),
          .findings = look_at(patient),
          .fixes = std::move(fixes)};
}

void print(const DoctorReport& report, bool json) {
  if (!print_whole(json ? doctor_json(report) : doctor_text(report))) {
    throw core::SetupError(core::ExitCode::Io, "stdout cannot be written", "", "");
  }
}

core::ExitCode examine_and_fix(const Patient& patient, const DoctorOptions& options) {
  Holding holding;
  MachineTools tools;
  std::vector<std::string> said;
  diagnose::Fixes fixes(tools, [&said](const std::string& line) {
    said.push_back(line);
    std::fprintf(stderr, "isotherm: %s\n", line.c_str());
  });
  fixes.make(diagnose::wanted_fixes(patient.files, patient.plan.cores(),
                                    patient.plan.elsewhere(patient.machine.topology.online)));
  const DoctorReport report = report_of(patient, said);
  print(report, options.json);
  std::fprintf(stderr, "isotherm: holding what was fixed; %s\n",
               options.duration ? "undone at the end of --duration, or by SIGINT or SIGTERM"
                                : "SIGINT (Ctrl-C) or SIGTERM undoes it");
  holding.wait(options.duration);
  const bool undone = fixes.take_back();
  return undone ? doctor_exit_code(report.findings) : core::ExitCode::Io;
}

}  // namespace

core::ExitCode doctor_command(const DoctorOptions& options) {
  os::ignore_deadly_signals();
  if (options.record && !std::filesystem::exists(*options.record)) {
    require_output_place(*options.record);
  }
  const os::SysfsTree machine_files;
  const diagnose::RecordingTree files(machine_files);
  const os::MonotonicClock clock;
  os::KernelControlGroups groups;
  const ReaderIsolation isolation(files, groups);
  Machine machine{.files = files,
                  .topology = isolation.without_left(topology_of(files)),
                  .board_folders = board_folders(os::executable_path())};
  Patient patient{.files = files,
                  .machine = machine,
                  .preparation = prepare(options.station, machine),
                  .absent = {},
                  .infeasible = {},
                  .realtime = {},
                  .plan = {}};
  Preparation& preparation = patient.preparation;
  if (!preparation.mistakes.empty()) {
    for (const Problem& problem : preparation.mistakes) {
      std::fprintf(stderr, "%s\n", problem_text(problem).c_str());
    }
    return preparation.exit_code();
  }
  os::PosixHelperThreads helpers(preparation.plan.housekeeping);
  const StationSensors sensors =
      open_sensors(preparation.plan, files, helpers, clock, patient.absent);
  const core::CpuSet isolated_now = machine.topology.isolated;
  isolation.foretell(preparation.plan, machine.topology, preparation.prerequisites,
                     preparation.notes);
  patient.infeasible = infeasible(study_certain(preparation.plan, sensors, files));
  patient.realtime = inspect_realtime(preparation.plan, sensors, machine.topology, files,
                                      preparation.prerequisites);
  patient.plan = doctor_plan(preparation.plan, patient.realtime.loads, options.cores);
  patient.plan.partition = machine.topology.isolated.without(isolated_now);
  keep_off(patient.plan.cores(), machine.topology.usable());

  core::ExitCode exit_code = core::ExitCode::Ok;
  if (options.fix) {
    exit_code = examine_and_fix(patient, options);
  } else {
    const DoctorReport report = report_of(patient, {});
    print(report, options.json);
    exit_code = doctor_exit_code(report.findings);
  }
  if (options.record) {
    write_record(*options.record, files.record());
  }
  return exit_code;
}

}  // namespace isotherm::app
