// Which core each reader gets, and which ones housekeeping keeps. Pure: facts and choices in, plan
// and problems out; nothing is asked of or done to the machine here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acquire/reader_settings.hpp"
#include "core/cpu_set.hpp"
#include "core/setup_error.hpp"
#include "os/topology.hpp"

namespace isotherm::app {

struct PlacementReader {
  acquire::ReaderSettings settings;
  std::optional<int> numa_node;  // where its sensors' device is, if sysfs names one
};

struct PlacementInput {
  os::Topology topology;
  // Cores kept free of readers, chosen by the station or its board; empty: chosen here.
  core::CpuSet housekeeping;
  std::string housekeeping_where;  // "file:line" of that choice, for messages
  bool isolated_only = false;      // isolation = "required": auto readers on isolated cores only
  std::vector<PlacementReader> readers;
};

// Something that keeps the plan from being carried out.
struct Problem {
  // Config: the configuration asks for what this machine does not have. Unavailable: it could be
  // had (a core that is offline, outside the cgroup's cpuset), a prerequisite that is missing.
  core::ExitCode exit_code = core::ExitCode::Config;
  std::string what;
  std::string where;  // "file:line"
  std::string mend;
};

struct Placement {
  core::CpuSet housekeeping;               // never empty unless no core is usable at all
  std::vector<core::CpuSet> reader_cores;  // one for each reader; empty only with a problem
  std::vector<std::string> notes;          // for people: choices that are worth a word
  std::vector<Problem> errors;
};

// The rules:
// - Usable cores are those online and allowed by the cgroup.
// - Housekeeping, where nothing is chosen: one core is set aside for it, the lowest that is not
//   isolated and that no reader names. In the end it has all cores that are neither a reader's nor
//   isolated.
// - A reader with cores of its own gets these, or problems that say why not.
// - A reader on auto gets the core with the fewest readers; among equals an isolated one, then one
//   on its device's NUMA node, then the lowest. Hence two readers share a core only when every
//   core that is not housekeeping's has one.
// - A reader under SCHED_DEADLINE gets all usable cores and takes none: the kernel refuses this
//   policy with a smaller set than the root domain (sched(7), sched_setattr(2)).
// - With a single usable core, readers and housekeeping share it.
[[nodiscard]] Placement place(const PlacementInput& input);

// Priorities for a reader without one of its own, rate-monotonic: the shortest period gets
// kPriorityTop, each next longer one a step less, not below kPriorityFloor; equal periods get equal
// priorities. 0 for SCHED_DEADLINE and SCHED_OTHER, which have none.
inline constexpr int kPriorityTop = 80;
inline constexpr int kPriorityFloor = 2;  // above the kernel's own threads of priority 1
[[nodiscard]] std::vector<int> assign_priorities(
    const std::vector<acquire::ReaderSettings>& readers);

}  // namespace isotherm::app
