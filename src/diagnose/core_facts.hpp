// A core as the doctor sees it: what keeps others off it, what lands there all the same, how fast
// it is and how long it takes to wake up.
#pragma once

#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"
#include "core/time.hpp"
#include "diagnose/interrupts.hpp"
#include "diagnose/kernel_facts.hpp"
#include "diagnose/threads.hpp"
#include "os/topology.hpp"
#include "os/wake_up.hpp"

namespace isotherm::diagnose {

// A state of idling: kernel Documentation/admin-guide/pm/cpuidle.rst.
struct IdleState {
  std::string name;
  core::Nanoseconds exit_latency{0};
  bool disabled = false;
};

// What sets the frequency: kernel Documentation/admin-guide/pm/cpufreq.rst.
struct FrequencyFacts {
  std::string governor;  // "" where nothing changes the frequency
  bool held = false;     // the lowest allowed frequency is the highest one
  // What it will be after the next boot, as far as anybody can know, and what says so.
  std::string at_boot;
  std::string at_boot_source;
};

struct CoreFacts {
  unsigned core = 0;
  bool online = false;
  bool isolated = false;
  bool nohz_full = false;
  bool callbacks_offloaded = false;  // RCU's callbacks run elsewhere
  std::string callbacks_source;      // what says so, or what asked for it in vain
  core::CpuSet siblings;             // online, of the same physical core, without itself
  FrequencyFacts frequency;
  std::vector<IdleState> idle_states;
  std::vector<FiredInterrupt> fired;     // while it was watched
  std::vector<InterruptRoute> may_land;  // devices whose interrupts the kernel may send here
  std::vector<ThreadSeen> threads;       // that may run here
  bool kernel_threads_seen = false;      // in a container they are not
  os::WakeUpSpec tried;                  // as what the core was tried
  os::WakeUps wake_ups{};                // what came of it: none and no refusal where it was not
};

// What all cores share; interrupts and threads before and after the time of watching.
struct CoreSources {
  const core::FileTree& files;
  const os::Topology& topology;
  const KernelFacts& kernel;
  std::vector<InterruptLine> interrupts_before;
  std::vector<InterruptLine> interrupts_after;
  std::vector<InterruptRoute> routes;
  std::vector<ThreadSeen> threads;
};

// Without the trial of waking up.
[[nodiscard]] CoreFacts read_core_facts(unsigned core, const CoreSources& sources);

}  // namespace isotherm::diagnose
