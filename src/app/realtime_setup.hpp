// Real-time set-up of the process: what the plan needs against what this process may do, and then
// doing it. First all that is missing is collected; only then is anything changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/core_load.hpp"
#include "app/plan.hpp"
#include "app/preflight.hpp"
#include "app/prepare.hpp"
#include "core/attribute.hpp"
#include "os/privileges.hpp"
#include "os/topology.hpp"

namespace isotherm::app {

struct RealtimeFindings {
  std::vector<Prerequisite> prerequisites;  // missing ones first, then warnings
  std::vector<os::RealtimeTrial> trials;    // what the kernel said to each real-time policy
  std::vector<CoreLoad> loads;              // as declared, by core
  bool may_lock_memory = false;             // the rights for all that the plan needs are there
  std::uint64_t lock_bytes = 0;             // of memory that would be locked
  os::Privileges privileges;
  bool deadline_readers_fit = true;  // the kernel's admission test holds all of them
};

// Asks the kernel and compares. `placement_problems` are those of Preparation::prerequisites.
[[nodiscard]] RealtimeFindings inspect_realtime(const StationPlan& plan,
                                                const StationSensors& sensors,
                                                const os::Topology& topology,
                                                const core::FileTree& files,
                                                std::vector<Problem> placement_problems);

// For realtime = "best-effort": takes back what the kernel refuses. Readers lose a policy that was
// not granted, and those without a core get the cores that there are.
void settle_for_less(StationPlan& plan, const RealtimeFindings& findings,
                     const os::Topology& topology);

// Pins the process to the housekeeping cores, so that every thread created from here on starts
// there, and locks all memory where the rights for all of it are there. Locking that fails all the
// same comes back as words, all else throws.
[[nodiscard]] std::optional<std::string> enter_realtime(const StationPlan& plan,
                                                        bool may_lock_memory);

// "what; mend", with the line of the configuration that asks for it.
[[nodiscard]] std::string prerequisite_text(const Prerequisite& prerequisite);

}  // namespace isotherm::app
