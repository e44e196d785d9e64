// The kernel as the doctor sees it: how it can be preempted, its timers, its clock, what is below
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "core/time.hpp"
#include "diagnose/kernel_text.hpp"

namespace isotherm::diagnose {

enum class Preemption : std::uint8_t {
  Realtime,   // PREEMPT_RT: interrupt handlers are threads, and most locks can be preempted
  Full,       // PREEMPT: everywhere but in interrupts and under spinlocks
  Lazy,       // as Full for real-time threads, which is what counts here
  Voluntary,  // at chosen places of the kernel
  None,
  Unknown,
};

struct KernelFacts {
  std::string release;  // "6.12.34+rpt-rpi-v8"
  KernelLine line;
  Preemption preemption = Preemption::Unknown;
  std::string preemption_source;  // what says so: "/sys/kernel/realtime"
  bool preemption_dynamic = false;
  bool knows_nohz_full = false;  // CONFIG_NO_HZ_FULL
  core::Nanoseconds timer_resolution{0};
  std::string clocksource;                // in use
  std::vector<std::string> clocksources;  // there are
  bool smt_active = false;
  bool virtual_machine = false;
  std::string config;  // the text of /boot/config-RELEASE; "" where there is none

  // A line of it: "y", "m", "n" if it is not set, nothing where the file does not say.
  [[nodiscard]] std::optional<std::string> option(const std::string& name) const;
};

[[nodiscard]] KernelFacts read_kernel_facts(const core::FileTree& files,
                                            core::Nanoseconds timer_resolution);

}  // namespace isotherm::diagnose
