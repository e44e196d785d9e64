// `isotherm check`: everything that is wrong with a configuration at once, and the plan that it
// makes on this machine. Changes nothing.
#include <cstdio>
#include <optional>

#include "app/board_check.hpp"
#include "app/board_lookup.hpp"
#include "app/boot_files.hpp"
#include "app/commands.hpp"
#include "app/feasibility_report.hpp"
#include "app/foresight.hpp"
#include "app/idle_bound.hpp"
#include "app/json.hpp"
#include "app/prepare.hpp"
#include "app/reader_isolation.hpp"
#include "app/realtime_setup.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"
#include "os/helper_thread.hpp"
#include "os/kernel_control_groups.hpp"
#include "os/monotonic_clock.hpp"
#include "os/process.hpp"
#include "os/process_memory.hpp"
#include "os/sysfs_tree.hpp"
#include "os/whole_files.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

std::string sensor_names(const PlannedReader& reader) {
  std::string names;
  for (const sensor::SensorSettings& sensor : reader.sensors) {
    names += (names.empty() ? "" : " ") + sensor.name;
  }
  return names;
}

std::string plan_text(const Preparation& preparation, const StationSensors& sensors) {
  TextTable table({{"reader", Align::Left},
                   {"cores"},
                   {"policy", Align::Left},
                   {"priority"},
                   {"rate"},
                   {"ring"},
                   {"memory"},
                   {"declared load"},
                   {"sensors", Align::Left}});
  const StationPlan& plan = preparation.plan;
  for (std::size_t i = 0; i < plan.readers.size(); ++i) {
    const PlannedReader& reader = plan.readers[i];
    table.add_row({reader.settings.name, reader.cores.text(),
                   std::string{core::policy_word(reader.settings.policy)},
                   reader.priority > 0 ? std::to_string(reader.priority) : "-",
                   rate_words(reader.settings.period),
                   std::to_string(reader.ring_capacity) + " samples",
                   size_words(reader.memory_bytes), duration_words(declared_load(sensors[i])),
                   sensor_names(reader)});
  }
  return table.text() + "housekeeping: cores " + plan.housekeeping.text() + "; board " +
         preparation.board + "; " + size_words(plan.memory_bytes) +
         " for rings, histograms and stacks; log in " + plan.configuration.log.directory + "\n";
}

std::string load_text(const std::vector<CoreLoad>& loads) {
  TextTable table({{"core"}, {"declared load"}, {"readers", Align::Left}});
  for (const CoreLoad& load : loads) {
    std::string names;
    for (const std::string& name : load.readers) {
      names += (names.empty() ? "" : " ") + name;
    }
    table.add_row({std::to_string(load.core), percent_words(load.share), names});
  }
  return table.text();
}

ordered_json problem_json(const Problem& problem) {
  return {{"where", problem.where}, {"what", problem.what}, {"mend", problem.mend}};
}

ordered_json plan_json(const Preparation& preparation, const StationSensors& sensors,
                       const std::vector<CoreLoad>& loads) {
  ordered_json cores = ordered_json::array();
  for (const CoreLoad& load : loads) {
    cores.push_back(
        {{"core", load.core}, {"declared_load", load.share}, {"readers", load.readers}});
  }
  const StationPlan& plan = preparation.plan;
  ordered_json readers = ordered_json::array();
  for (std::size_t i = 0; i < plan.readers.size(); ++i) {
    const PlannedReader& reader = plan.readers[i];
    ordered_json names = ordered_json::array();
    for (const sensor::SensorSettings& sensor : reader.sensors) {
      names.push_back(sensor.name);
    }
    readers.push_back({{"name", reader.settings.name},
                       {"cores", reader.cores.cores()},
                       {"policy", core::policy_word(reader.settings.policy)},
                       {"priority", reader.priority},
                       {"period_ns", reader.settings.period.count()},
                       {"ring_samples", reader.ring_capacity},
                       {"memory_bytes", reader.memory_bytes},
                       {"declared_load_ns", declared_load(sensors[i]).count()},
                       {"sensors", names}});
  }
  return {{"station", plan.configuration.station.name},
          {"board", preparation.board},
          {"housekeeping", plan.housekeeping.cores()},
          {"memory_bytes", plan.memory_bytes},
          {"log_directory", plan.configuration.log.directory},
          {"readers", readers},
          {"cores", cores}};
}

struct CheckFindings {
  std::vector<Problem> mistakes;
  core::ExitCode of_mistakes = core::ExitCode::Ok;
  std::vector<BoardDifference> board;
  std::optional<RealtimeFindings> realtime;  // only where the configuration is in order
  Foresight foresight;                       // only there, too
  bool forced = false;

  [[nodiscard]] core::ExitCode exit_code(settings::Realtime realtime_wanted) const {
    if (!mistakes.empty()) {
      return of_mistakes;
    }
    const bool refused =
        any_missing(realtime->prerequisites) && realtime_wanted == settings::Realtime::Required;
    const bool infeasible = !foresight.infeasible.empty() && !forced;
    return refused || infeasible ? core::ExitCode::Unavailable : core::ExitCode::Ok;
  }
};

void print_json(const CheckFindings& findings, const Preparation& preparation,
                const StationSensors& sensors) {
  ordered_json json;
  json["ok"] =
      findings.exit_code(preparation.plan.configuration.station.realtime) == core::ExitCode::Ok;
  json["mistakes"] = ordered_json::array();
  for (const Problem& problem : findings.mistakes) {
    json["mistakes"].push_back(problem_json(problem));
  }
  json["notes"] = preparation.notes;
  json["board"] = ordered_json::array();
  for (const BoardDifference& one : findings.board) {
    json["board"].push_back(
        {{"severity", weight_word(one.weight)}, {"what", one.what}, {"mend", one.mend}});
  }
  json["prerequisites"] = ordered_json::array();
  if (findings.realtime) {
    for (const Prerequisite& one : findings.realtime->prerequisites) {
      json["prerequisites"].push_back(
          {{"severity", one.severity == Prerequisite::Severity::Missing ? "missing" : "warning"},
           {"where", one.where},
           {"what", one.what},
           {"mend", one.mend}});
    }
    json["plan"] = plan_json(preparation, sensors, findings.realtime->loads);
    json["infeasible"] = ordered_json::array();
    for (const Problem& problem : findings.foresight.infeasible) {
      json["infeasible"].push_back(problem_json(problem));
    }
    json["forced"] = findings.forced;
    if (findings.foresight.study.basis == CostBasis::Measured) {
      json["feasibility"] = study_json(findings.foresight.study);
    }
  }
  std::fputs(json_text(json).c_str(), stdout);
}

void print_board(const std::vector<BoardDifference>& differences, const std::string& board,
                 std::FILE* stream) {
  for (const BoardDifference& one : differences) {
    std::fprintf(stream, "%s: board %s: %s%s%s\n", weight_word(one.weight).c_str(), board.c_str(),
                 one.what.c_str(), one.mend.empty() ? "" : "; ", one.mend.c_str());
  }
}

void print_text(const CheckFindings& findings, const Preparation& preparation,
                const StationSensors& sensors) {
  for (const Problem& problem : findings.mistakes) {
    std::fprintf(stderr, "%s\n", problem_text(problem).c_str());
  }
  if (!findings.realtime) {
    print_board(findings.board, preparation.board, stderr);
    std::fprintf(stderr, "%zu mistake%s\n", findings.mistakes.size(),
                 findings.mistakes.size() == 1 ? "" : "s");
    return;
  }
  for (const std::string& note : preparation.notes) {
    std::printf("note: %s\n", note.c_str());
  }
  std::fputs(plan_text(preparation, sensors).c_str(), stdout);
  std::fputs(load_text(findings.realtime->loads).c_str(), stdout);
  print_board(findings.board, preparation.board, stdout);
  for (const Prerequisite& one : findings.realtime->prerequisites) {
    std::printf("%s: %s\n", one.severity == Prerequisite::Severity::Missing ? "missing" : "warning",
                prerequisite_text(one).c_str());
  }
  if (findings.foresight.study.basis == CostBasis::Measured) {
    std::fputs(study_text(findings.foresight.study).c_str(), stdout);
  }
  for (const std::string& text : findings.foresight.texts()) {
    std::printf("%s: %s\n", findings.forced ? "forced" : "infeasible", text.c_str());
  }
}

// Reads the sensors as `run` will, as far as this process may; what is judged is the plan as it is
// configured.
Foresight foresee_plan(const StationPlan& plan, const StationSensors& sensors,
                       const RealtimeFindings& findings, const CheckOptions& options,
                       const core::FileTree& files, const os::Topology& topology,
                       const core::Clock& clock) {
  StationPlan granted = plan;
  settle_for_less(granted, findings, topology);
  if (options.measure && findings.may_lock_memory) {
    // Of this process alone, so that page faults are not taken for the sensors' time. Where that is
    // refused, they are measured, too.
    static_cast<void>(os::lock_memory());
  }
  return foresee({.judged = plan, .granted = granted}, sensors,
                 {.measure = options.measure, .always = true}, files, topology, clock);
}

}  // namespace

core::ExitCode check_command(const CheckOptions& options) {
  const os::SysfsTree files;
  const os::MonotonicClock clock;
  os::KernelControlGroups groups;
  const ReaderIsolation isolation(files, groups);
  const Machine machine{.files = files,
                        .topology = isolation.without_left(os::machine_topology()),
                        .board_folders = board_folders(os::executable_path())};
  Preparation preparation = prepare(options.station, machine);
  os::PosixHelperThreads helpers(preparation.plan.housekeeping);
  const StationSensors sensors =
      open_sensors(preparation.plan, files, helpers, clock, preparation.mistakes);
  CheckFindings findings{.mistakes = preparation.mistakes,
                         .of_mistakes = preparation.exit_code(),
                         .board = {},
                         .realtime = std::nullopt,
                         .foresight = {},
                         .forced = options.force};
  const BoardChoice& board = preparation.board_choice;
  if (board.diagnostics.empty()) {
    const BootLines lines = read_boot_lines(board.where, os::PosixWholeFiles{});
    findings.board = board_differences(board.board, lines.parameters, machine.topology, files);
  }
  if (findings.mistakes.empty()) {
    os::Topology topology = machine.topology;
    isolation.foretell(preparation.plan, topology, preparation.prerequisites, preparation.notes);
    foretell_cpu_dma_latency(preparation.plan, files, preparation.notes);
    findings.realtime =
        inspect_realtime(preparation.plan, sensors, topology, files, preparation.prerequisites);
    findings.foresight = foresee_plan(preparation.plan, sensors, *findings.realtime, options, files,
                                      topology, clock);
  }
  if (options.json) {
    print_json(findings, preparation, sensors);
  } else {
    print_text(findings, preparation, sensors);
  }
  return findings.exit_code(preparation.plan.configuration.station.realtime);
}

}  // namespace isotherm::app
