#include "diagnose/kernel_checks.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace isotherm::diagnose {
namespace {

Finding finding(const char* check, Severity severity, std::string seen, std::string why = "",
                std::string mend = "") {
  return {"kernel", check, severity, std::move(seen), std::move(why), std::move(mend)};
}

constexpr const char* kRealtimeKernel =
    "a PREEMPT_RT kernel, such as Debian's (`sudo apt install linux-image-rt-arm64`, or "
    "linux-image-rt-amd64)";

Finding preemption(const KernelFacts& kernel, const std::string& boot_place) {
  const std::string source = " (" + kernel.preemption_source + ")";
  const std::string at_once =
      kernel.preemption_dynamic
          ? "; at least `echo full | sudo tee /sys/kernel/debug/sched/preempt`, or add "
            "`preempt=full` " +
                boot_place
          : "";
  switch (kernel.preemption) {
    case Preemption::Realtime:
      return finding("preemption", Severity::Pass, "PREEMPT_RT" + source);
    case Preemption::Full:
    case Preemption::Lazy:
      return finding("preemption", Severity::Warning, "preemptible, and not PREEMPT_RT" + source,
                     "interrupt handlers and the kernel's spinlocks still hold a reader up",
                     kRealtimeKernel);
    case Preemption::Voluntary:
    case Preemption::None:
      return finding("preemption", Severity::Failure,
                     std::string{kernel.preemption == Preemption::None ? "not preemptible"
                                                                       : "preemptible at chosen "
                                                                         "places only"} +
                         source,
                     "a long system call of any program on the reader's core holds it up for "
                     "milliseconds",
                     kRealtimeKernel + at_once);
    case Preemption::Unknown:
      break;
  }
  return finding(
      "preemption", Severity::Warning,
      "the mode of preemption can be changed at run time and cannot be read here" + source,
      "without full preemption a long system call of any program on the reader's core "
      "holds it up for milliseconds",
      "run the doctor as root with debugfs mounted (`sudo mount -t debugfs none "
      "/sys/kernel/debug`), or see `zcat /proc/config.gz | grep PREEMPT` and preempt= of "
      "/proc/cmdline" +
          at_once);
}

Finding tickless(const KernelFacts& kernel) {
  if (kernel.knows_nohz_full) {
    return finding("tickless", Severity::Pass, "the kernel knows nohz_full=");
  }
  return finding("tickless", Severity::Warning,
                 "the kernel knows no nohz_full= (built without CONFIG_NO_HZ_FULL)",
                 "the timer tick interrupts every reader, 100 to 1000 times a second",
                 "a kernel that has it, such as Debian's; Raspberry Pi's own have not");
}

Finding timers(const KernelFacts& kernel) {
  constexpr core::Nanoseconds kCoarse{1'000'000};  // a tick has 1 ms or more
  const std::string step = std::to_string(kernel.timer_resolution.count()) + " ns";
  if (kernel.timer_resolution < kCoarse) {
    return finding("timers", Severity::Pass, "high-resolution timers, in steps of " + step);
  }
  const bool off = kernel.line.value("highres") == "off";
  return finding("timers", Severity::Failure, "timers in steps of " + step,
                 "a reader can only wake up with the timer tick",
                 off ? "take highres=off out of the kernel command line"
                     : "a kernel with CONFIG_HIGH_RES_TIMERS");
}

// The clock behind clock_gettime(2). Those of the first list are a register of the core; the
// others are read from a device, or count ticks.
Finding clocksource(const KernelFacts& kernel) {
  constexpr std::string_view kFast[] = {"tsc",
                                        "tsc-early",
                                        "arch_sys_counter",
                                        "kvm-clock",
                                        "hyperv_clocksource_tsc_page",
                                        "riscv_clocksource"};
  const std::string& name = kernel.clocksource;
  if (name.empty()) {
    return finding("clocksource", Severity::Warning, "the kernel does not say which clock it uses",
                   "a slow clock makes every reading late", "mount /sys");
  }
  if (std::find(std::begin(kFast), std::end(kFast), name) != std::end(kFast)) {
    return finding("clocksource", Severity::Pass, name);
  }
  const auto better =
      std::find_if(kernel.clocksources.begin(), kernel.clocksources.end(), [&](const auto& other) {
        return std::find(std::begin(kFast), std::end(kFast), other) != std::end(kFast);
      });
  const bool counts_ticks = name == "jiffies";
  return finding(
      "clocksource", counts_ticks ? Severity::Failure : Severity::Warning, name,
      counts_ticks ? "it only counts timer ticks: times are wrong by milliseconds"
                   : "each look at it goes to a device and takes up to microseconds",
      better == kernel.clocksources.end()
          ? "look for the reason in `sudo dmesg | grep -i clocksource`"
          : "`echo " + *better +
                " | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource`");
}

Finding threads_of_a_core(const KernelFacts& kernel, const std::string& boot_place) {
  if (!kernel.smt_active) {
    return finding("smt", Severity::Pass, "each core runs one thread at a time");
  }
  return finding(
      "smt", Severity::Warning, "simultaneous multithreading is on",
      "what runs on a core's sibling takes execution units and caches from the reader",
      "`echo off | sudo tee /sys/devices/system/cpu/smt/control`, or add `nosmt` " + boot_place);
}

Finding hypervisor(const KernelFacts& kernel) {
  if (!kernel.virtual_machine) {
    return finding("hypervisor", Severity::Pass, "none made itself known");
  }
  return finding("hypervisor", Severity::Warning, "this is a virtual machine",
                 "the host may take any core away at any time, which no setting in here prevents",
                 "run on the machine itself; or have the host give each virtual core a core of its "
                 "own");
}

}  // namespace

Findings kernel_findings(const KernelFacts& kernel, const std::string& boot_place) {
  return {
      preemption(kernel, boot_place),        tickless(kernel),  timers(kernel), clocksource(kernel),
      threads_of_a_core(kernel, boot_place), hypervisor(kernel)};
}

}  // namespace isotherm::diagnose
