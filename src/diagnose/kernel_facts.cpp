#include "diagnose/kernel_facts.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::diagnose {
namespace {

Preemption preemption_of(const std::string& word) {
  if (word == "full") {
    return Preemption::Full;
  }
  if (word == "lazy") {
    return Preemption::Lazy;
  }
  if (word == "voluntary") {
    return Preemption::Voluntary;
  }
  return word == "none" ? Preemption::None : Preemption::Unknown;
}

struct Said {
  Preemption preemption = Preemption::Unknown;
  std::string source{};
};

// With PREEMPT_DYNAMIC the version says nothing about the mode, which can be changed at run time:
// kernel/sched/core.c, the file in debugfs and the parameter preempt=.
Said dynamic_preemption(const core::FileTree& files, const KernelFacts& kernel) {
  const std::string file = "/sys/kernel/debug/sched/preempt";
  if (const auto text = files.text(file)) {
    return {preemption_of(enclosed(*text, '(', ')')), file};
  }
  if (const auto value = kernel.line.value("preempt")) {
    return {preemption_of(*value), "preempt=" + *value + " in /proc/cmdline"};
  }
  for (const auto& [option, preemption] :
       {std::pair{"CONFIG_PREEMPT_NONE", Preemption::None},
        std::pair{"CONFIG_PREEMPT_VOLUNTARY", Preemption::Voluntary},
        std::pair{"CONFIG_PREEMPT_LAZY", Preemption::Lazy},
        std::pair{"CONFIG_PREEMPT", Preemption::Full}}) {
    if (kernel.option(option) == "y") {
      return {preemption, std::string{option} + " in /boot/config-" + kernel.release};
    }
  }
  return {Preemption::Unknown, "PREEMPT_DYNAMIC in /proc/version"};
}

Said preemption_said(const core::FileTree& files, const KernelFacts& kernel,
                     const std::string& version) {
  // Only patched kernels have the file; 6.12, which has PREEMPT_RT itself, does without it.
  if (files.text("/sys/kernel/realtime") == "1") {
    return {Preemption::Realtime, "/sys/kernel/realtime"};
  }
  const auto says = [&version](const char* word) {
    return version.find(word) != std::string::npos;
  };
  // Patched kernels before 5.4 write a blank.
  if (says("PREEMPT_RT") || says("PREEMPT RT")) {
    return {Preemption::Realtime, "/proc/version"};
  }
  if (says("PREEMPT_DYNAMIC")) {
    return dynamic_preemption(files, kernel);
  }
  if (says("PREEMPT_LAZY")) {
    return {Preemption::Lazy, "/proc/version"};
  }
  if (says(" PREEMPT ")) {
    return {Preemption::Full, "/proc/version"};
  }
  const bool voluntary = kernel.option("CONFIG_PREEMPT_VOLUNTARY") == "y";
  return {voluntary ? Preemption::Voluntary : Preemption::None,
          voluntary ? "CONFIG_PREEMPT_VOLUNTARY in /boot/config-" + kernel.release
                    : "no PREEMPT in /proc/version"};
}

}  // namespace

std::optional<std::string> KernelFacts::option(const std::string& name) const {
  const std::string set = "\n" + name + "=";
  const std::string text = "\n" + config + "\n";
  if (const std::size_t at = text.find(set); at != std::string::npos) {
    const std::size_t value = at + set.size();
    return text.substr(value, text.find('\n', value) - value);
  }
  return text.find("\n# " + name + " is not set\n") != std::string::npos
             ? std::optional<std::string>{"n"}
             : std::nullopt;
}

KernelFacts read_kernel_facts(const core::FileTree& files, core::Nanoseconds timer_resolution) {
  KernelFacts kernel;
  const std::string version = files.text("/proc/version").value_or("");
  const std::vector<std::string> words = words_of(version);
  kernel.release = words.size() > 2 ? words[2] : "";
  kernel.line = KernelLine{files.text("/proc/cmdline").value_or("")};
  kernel.config =
      kernel.release.empty() ? "" : files.text("/boot/config-" + kernel.release).value_or("");
  const Said said = preemption_said(files, kernel, version + " ");
  kernel.preemption = said.preemption;
  kernel.preemption_source = said.source;
  kernel.preemption_dynamic = version.find("PREEMPT_DYNAMIC") != std::string::npos;
  kernel.knows_nohz_full = files.text("/sys/devices/system/cpu/nohz_full").has_value();
  kernel.timer_resolution = timer_resolution;

  const std::string clock = "/sys/devices/system/clocksource/clocksource0/";
  kernel.clocksource = files.text(clock + "current_clocksource").value_or("");
  kernel.clocksources = words_of(files.text(clock + "available_clocksource").value_or(""));
  kernel.smt_active = files.text("/sys/devices/system/cpu/smt/active") == "1";
  // Only x86 says so in a common place: the flag by which a hypervisor makes itself known.
  const std::vector<std::string> processor = words_of(files.text("/proc/cpuinfo").value_or(""));
  kernel.virtual_machine =
      std::find(processor.begin(), processor.end(), "hypervisor") != processor.end();
  return kernel;
}

}  // namespace isotherm::diagnose
