// Is everything there that the plan needs to be real-time? Pure: collects every missing
// prerequisite at once, each with its exact fix, and decides nothing about going on without.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/placement.hpp"
#include "core/cpu_set.hpp"
#include "core/scheduling.hpp"
#include "core/time.hpp"
#include "os/privileges.hpp"
#include "os/topology.hpp"
#include "settings/configuration.hpp"

namespace isotherm::app {

// What a prerequisite is about.
enum class Topic : std::uint8_t {
  Plan,
  Scheduling,  // the right to a real-time policy, and the kernel's consent to it
  Memory,      // the right to lock it
  Isolation,
};

struct Prerequisite {
  enum class Severity : std::uint8_t {
    Missing,  // realtime = "required" refuses to start, exit 69; "best-effort" goes on, repeats it
    Warning,  // said, and nothing more
  };

  Severity severity = Severity::Missing;
  std::string what;
  std::string where;  // "file:line" where a line of the configuration asks for it, else ""
  std::string mend;
  Topic topic = Topic::Plan;
};

// A reader as it will be run.
struct PreflightReader {
  std::string name;
  std::string where;
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 0;  // from assign_priorities()
  core::CpuSet cores;
  core::Nanoseconds period{0};
  core::Nanoseconds spin{0};
  core::Nanoseconds worst_case{0};  // of a slot's reads together, as the sensors declare it
  core::Nanoseconds runtime{0};     // of each period, what SCHED_DEADLINE is asked to set aside
};

struct PreflightPlan {
  settings::Isolation isolation = settings::Isolation::Preferred;
  std::vector<PreflightReader> readers;
  core::CpuSet housekeeping;  // where interrupts should go, too
  // What mlockall(2) counts: the whole address space that the process will have, not only what is
  // resident (mm->total_vm against RLIMIT_MEMLOCK). 0: nothing will be locked.
  std::uint64_t lock_bytes = 0;
  std::vector<Problem> placement_problems;  // Placement::errors; those that are Unavailable count
};

struct PreflightFacts {
  os::Topology topology;
  os::Privileges privileges;
  std::vector<os::RealtimeTrial> trials;  // of wanted_trials()
  std::string program;                    // path of the executable, for setcap(8)
  std::string user;                       // login name, "" if it has none
  std::string machine_model;              // /proc/device-tree/model, "" on a PC
};

// What to ask the kernel for before preflight(): each real-time policy of the plan, at its highest
// priority. Nothing if no reader is real-time. `error` of the result means nothing.
[[nodiscard]] std::vector<os::RealtimeTrial> wanted_trials(const PreflightPlan& plan);

// Whether the kernel's admission test lets all SCHED_DEADLINE readers of the plan in, as far as it
// depends on them. True if there are none.
[[nodiscard]] bool deadline_readers_fit(const PreflightFacts& facts, const PreflightPlan& plan);

// Missing prerequisites first, warnings after them.
[[nodiscard]] std::vector<Prerequisite> preflight(const PreflightFacts& facts,
                                                  const PreflightPlan& plan);

[[nodiscard]] bool any_missing(const std::vector<Prerequisite>& findings);

}  // namespace isotherm::app
