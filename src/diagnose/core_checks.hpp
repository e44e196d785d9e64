// The group "core N" of the doctor's findings. Pure.
#pragma once

#include <string>

#include "core/cpu_set.hpp"
#include "core/time.hpp"
#include "diagnose/core_facts.hpp"
#include "diagnose/finding.hpp"

namespace isotherm::diagnose {

// What the plan and the machine say about one core.
struct CoreContext {
  std::string readers;           // their names; "" for a core that is only looked at
  int lowest_priority = 0;       // of them; 0 if none is SCHED_FIFO or SCHED_RR
  core::Nanoseconds period{0};   // the shortest here, else of the whole plan; 0: not known
  core::CpuSet elsewhere;        // where everything else belongs; may be empty
  std::string isolation_mend;    // the parameters that isolate the cores of the plan
  std::string boot_place;        // where the kernel's command line is kept
  core::Nanoseconds watched{0};  // how long interrupts and threads were watched
  bool knows_nohz_full = false;  // the kernel
  bool by_station = false;       // isolated by the station itself while it runs
};

[[nodiscard]] Findings core_findings(const CoreFacts& core, const CoreContext& context);

}  // namespace isotherm::diagnose
