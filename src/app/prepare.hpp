// From the command line's options to a plan: configuration, board, machine, placement, sensors.
// Everything that is wrong is collected, none of it thrown, and nothing is changed on the machine.
#pragma once

#include <string>
#include <vector>

#include "app/board_lookup.hpp"
#include "app/commands.hpp"
#include "app/placement.hpp"
#include "app/plan.hpp"
#include "core/attribute.hpp"
#include "core/clock.hpp"
#include "core/helper_threads.hpp"
#include "core/sensor.hpp"
#include "os/topology.hpp"

namespace isotherm::app {

// By reader, then by sensor, as in the plan.
using StationSensors = std::vector<std::vector<std::unique_ptr<core::Sensor>>>;

struct Preparation {
  std::vector<Problem> mistakes;       // of the configuration, by file and line; exit 78
  std::vector<Problem> prerequisites;  // cores that are not to be had now; exit 69
  std::vector<std::string> notes;      // what was decided, for people
  StationPlan plan;                    // only valid where there are no mistakes
  std::string board;                   // its name
  BoardChoice board_choice;            // its facts

  // Config for any mistake of the configuration; another code where only the kernel refused.
  [[nodiscard]] core::ExitCode exit_code() const;
};

struct Machine {
  const core::FileTree& files;
  os::Topology topology;
  std::vector<std::string> board_folders;
};

// The configuration that the options name, or the default one, with what wins over it. What is
// wrong goes into `preparation`.
[[nodiscard]] settings::Configuration load_station(const StationOptions& options,
                                                   const core::FileTree& files,
                                                   Preparation& preparation);

// Reads the configuration (or makes one up from the sensors found here), and places its readers.
[[nodiscard]] Preparation prepare(const StationOptions& options, const Machine& machine);

// Opens every sensor of the plan; those that fail are added to `mistakes`, and null in the result.
[[nodiscard]] StationSensors open_sensors(const StationPlan& plan, const core::FileTree& files,
                                          core::HelperThreads& helpers, const core::Clock& clock,
                                          std::vector<Problem>& mistakes);

// What the sensors of a reader may take together in the slot in which all are due, by their own
// declaration.
[[nodiscard]] core::Nanoseconds declared_load(
    const std::vector<std::unique_ptr<core::Sensor>>& sensors);

// "file:line: what; mend", or without the place where there is none.
[[nodiscard]] std::string problem_text(const Problem& problem);

// By file and line, as a person reads the file.
void sort_by_place(std::vector<Problem>& problems);

}  // namespace isotherm::app
