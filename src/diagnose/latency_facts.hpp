// What a measurement of latency has to carry with it so that it means anything later: which
// machine, which kernel, set up how; and what the machine did meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"

namespace isotherm::diagnose {

// Texts as the kernel gives them; "" where it does not say.
struct LatencyFacts {
  std::string cmdline;      // /proc/cmdline
  std::string model;        // of the board (device tree) or of the PC (DMI)
  std::string cpu_model;    // /proc/cpuinfo
  bool hypervisor = false;  // /proc/cpuinfo says that this is a virtual machine (x86 only)
  std::string
      preemption;  // "PREEMPT_RT", "PREEMPT_DYNAMIC", "PREEMPT", "" for none, by the version
  std::string cores_online;
  std::string cores_isolated;
  std::string cores_nohz_full;
  std::string governor;  // cpufreq, of the measured core
  std::string clocksource;
  std::string rt_runtime_us;  // kernel.sched_rt_runtime_us
  std::string rt_period_us;
};

// `version` is the kernel's, as uname(2) has it.
[[nodiscard]] LatencyFacts latency_facts(const core::FileTree& files, const std::string& version,
                                         unsigned core);

// Counts of the kernel that only grow, at one moment.
struct MachineCounts {
  std::map<std::string, std::uint64_t> interrupts;  // of one core, by name: "LOC timer", "24 mmc0"
  std::uint64_t steal_ticks = 0;                    // of all cores: /proc/stat
  std::uint64_t core_steal_ticks = 0;               // of that core
};
[[nodiscard]] MachineCounts machine_counts(const core::FileTree& files, unsigned core);

// What was added from `before` to `after`; interrupts that did not come are left out.
[[nodiscard]] MachineCounts counts_between(const MachineCounts& before, const MachineCounts& after);

// /proc/interrupts: the counts of `core`, by the line's name and what stands behind the numbers.
[[nodiscard]] std::map<std::string, std::uint64_t> interrupts_of_core(std::string_view text,
                                                                      unsigned core);

// /proc/stat: the ticks (kKernelTick) that the hypervisor gave to others, on the line "cpu" or
// "cpu3".
[[nodiscard]] std::uint64_t steal_ticks(std::string_view text, std::string_view line);

}  // namespace isotherm::diagnose
