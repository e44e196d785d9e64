// Which interrupts a core takes: /proc/interrupts twice, and where the kernel may send each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"

namespace isotherm::diagnose {

// A line of /proc/interrupts.
struct InterruptLine {
  std::string label;  // "24" of a device; "LOC", "IPI0" of the cores themselves
  std::string name;   // "eth0", "Local timer interrupts"
  // All that stands behind the counts, in single blanks: "IO-APIC 2-edge eth0".
  std::string description;
  // Every core has its own, and no setting moves it: timers, performance counters.
  bool own_of_each_core = false;
  std::map<unsigned, std::uint64_t> counts{};  // by core

  [[nodiscard]] bool of_a_device() const noexcept;  // its label is a number
};

// proc_interrupts(5). Lines without a count for each core ("ERR", "MIS") are left out.
[[nodiscard]] std::vector<InterruptLine> parse_interrupts(std::string_view text);

struct FiredInterrupt {
  std::string name;
  std::string label;
  bool of_a_device = false;
  bool own_of_each_core = false;
  std::uint64_t count = 0;
};

// What core `core` took between two readings; the most frequent first.
[[nodiscard]] std::vector<FiredInterrupt> fired_on(const std::vector<InterruptLine>& before,
                                                   const std::vector<InterruptLine>& after,
                                                   unsigned core);

// Where the kernel sends a device's interrupt: kernel Documentation/core-api/irq/irq-affinity.rst.
struct InterruptRoute {
  std::string number;
  std::string name;
  core::CpuSet allowed;    // smp_affinity_list
  core::CpuSet effective;  // effective_affinity_list; `allowed` where the kernel does not say
};

// Of the devices in `lines`, except the interrupts that every core has of its own.
[[nodiscard]] std::vector<InterruptRoute> read_routes(const core::FileTree& files,
                                                      const std::vector<InterruptLine>& lines);

}  // namespace isotherm::diagnose
