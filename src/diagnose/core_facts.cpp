#include "diagnose/core_facts.hpp"

#include <algorithm>
#include <cctype>

#include "diagnose/kernel_text.hpp"
#include "os/proc_text.hpp"

namespace isotherm::diagnose {
namespace {

std::string cpu_folder(unsigned core) {
  return "/sys/devices/system/cpu/cpu" + std::to_string(core) + "/";
}

// KEY="value" of a shell's file of settings, without the quotes; "" if it is not set.
std::string shell_value(const std::string& text, const std::string& key) {
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with(key + "=")) {
      std::string value = line.substr(key.size() + 1);
      std::erase_if(value, [](char letter) { return letter == '"' || letter == '\''; });
      return value;
    }
  }
  return "";
}

// Raspberry Pi OS sets the governor once more at each boot, whatever the kernel was told: the
// script /etc/init.d/raspi-config of its package of that name.
bool raspi_config_sets_it(const core::FileTree& files) {
  for (const char* const folder : {"/etc/rc2.d", "/etc/rc3.d", "/etc/rc5.d"}) {
    for (const std::string& name : files.list(folder)) {
      const bool started = name.starts_with("S") && name.ends_with("raspi-config");
      if (started && files.text(std::string{folder}.append("/").append(name))) {
        return true;
      }
    }
  }
  return false;
}

void read_governor_at_boot(const CoreSources& from, FrequencyFacts& frequency) {
  if (raspi_config_sets_it(from.files)) {
    frequency.at_boot = "ondemand";
    frequency.at_boot_source = "the service raspi-config";
    return;
  }
  const std::string file = "/etc/default/cpufrequtils";
  const std::string chosen = shell_value(from.files.text(file).value_or(""), "GOVERNOR");
  if (!chosen.empty()) {
    frequency.at_boot = chosen;
    frequency.at_boot_source = file;
    return;
  }
  if (const auto value = from.kernel.line.value("cpufreq.default_governor")) {
    frequency.at_boot = *value;
    frequency.at_boot_source = "cpufreq.default_governor= in /proc/cmdline";
    return;
  }
  for (const char* const name :
       {"performance", "schedutil", "ondemand", "powersave", "conservative", "userspace"}) {
    std::string option = std::string{"CONFIG_CPU_FREQ_DEFAULT_GOV_"} + name;
    std::transform(option.begin(), option.end(), option.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    if (from.kernel.option(option) == "y") {
      frequency.at_boot = name;
      frequency.at_boot_source = option + " in /boot/config-" + from.kernel.release;
    }
  }
}

FrequencyFacts read_frequency(unsigned core, const CoreSources& from) {
  const std::string folder = cpu_folder(core) + "cpufreq/";
  FrequencyFacts frequency;
  frequency.governor = from.files.text(folder + "scaling_governor").value_or("");
  if (frequency.governor.empty()) {
    return frequency;
  }
  const auto lowest = os::number_in<std::uint64_t>(from.files, folder + "scaling_min_freq");
  const auto highest = os::number_in<std::uint64_t>(from.files, folder + "cpuinfo_max_freq");
  frequency.held = lowest && highest && *lowest >= *highest;
  read_governor_at_boot(from, frequency);
  return frequency;
}

std::vector<IdleState> read_idle_states(unsigned core, const core::FileTree& files) {
  const std::string folder = cpu_folder(core) + "cpuidle";
  std::vector<IdleState> states;
  for (const std::string& name : files.list(folder)) {
    const std::string state = folder + "/" + name + "/";
    const auto latency = os::number_in<std::int64_t>(files, state + "latency");
    if (!latency) {
      continue;
    }
    IdleState one;
    one.name = files.text(state + "name").value_or(name);
    one.exit_latency = std::chrono::microseconds{*latency};
    one.disabled = files.text(state + "disable").value_or("0") != "0";
    states.push_back(std::move(one));
  }
  return states;
}

core::CpuSet siblings_of(unsigned core, const CoreSources& from) {
  const core::CpuSet all =
      os::cores_in(from.files, cpu_folder(core) + "topology/thread_siblings_list");
  return all.intersection(from.topology.online).without(core::CpuSet{core});
}

bool names_core(const std::optional<std::string>& list, unsigned core) {
  return list &&
         (*list == "all" || core::CpuSet::parse(*list).value_or(core::CpuSet{}).contains(core));
}

// A core whose callbacks are offloaded has a thread rcuop/N (or rcuos/N, rcuob/N) that runs them
// elsewhere: kernel/rcu/tree_nocb.h. The command line only asks, and nohz_full= asks for it too
// (kernel Documentation/timers/no_hz.rst). Since 5.17 one core that is asked for gives all cores
// such a thread, so without being asked for, a thread proves something only where none is.
void read_callbacks(const CoreSources& from, CoreFacts& facts) {
  const std::string end = "/" + std::to_string(facts.core);
  const bool asked = names_core(from.kernel.line.value("rcu_nocbs"), facts.core);
  const bool implied = names_core(from.kernel.line.value("nohz_full"), facts.core);
  const bool thread =
      std::any_of(from.threads.begin(), from.threads.end(), [&end](const ThreadSeen& one) {
        return one.of_kernel && one.name.starts_with("rcuo") && one.name.ends_with(end) &&
               !one.name.starts_with("rcuog");
      });
  const bool any_asked = from.kernel.line.value("rcu_nocbs") || from.kernel.line.value("nohz_full");
  const bool by_default = thread && !any_asked;
  facts.callbacks_offloaded =
      by_default ||
      ((asked || implied) && (thread || !facts.kernel_threads_seen || facts.nohz_full));
  facts.callbacks_source = asked     ? "rcu_nocbs= in /proc/cmdline"
                           : implied ? "implied by nohz_full="
                                     : "";
  if (by_default) {
    facts.callbacks_source = "CONFIG_RCU_NOCB_CPU_DEFAULT_ALL";
  }
}

}  // namespace

CoreFacts read_core_facts(unsigned core, const CoreSources& sources) {
  CoreFacts facts;
  facts.core = core;
  facts.online = sources.topology.online.contains(core);
  facts.isolated = sources.topology.isolated.contains(core);
  facts.nohz_full = sources.topology.nohz_full.contains(core);
  facts.kernel_threads_seen =
      std::any_of(sources.threads.begin(), sources.threads.end(),
                  [](const ThreadSeen& thread) { return thread.of_kernel; });
  read_callbacks(sources, facts);
  facts.siblings = siblings_of(core, sources);
  facts.frequency = read_frequency(core, sources);
  facts.idle_states = read_idle_states(core, sources.files);
  facts.fired = fired_on(sources.interrupts_before, sources.interrupts_after, core);
  for (const InterruptRoute& route : sources.routes) {
    // Where it is sent now; but a change of what is allowed takes effect at its next occurrence.
    if (route.effective.contains(core) && (route.allowed.empty() || route.allowed.contains(core))) {
      facts.may_land.push_back(route);
    }
  }
  for (const ThreadSeen& thread : sources.threads) {
    if (thread.allowed.contains(core)) {
      facts.threads.push_back(thread);
    }
  }
  return facts;
}

}  // namespace isotherm::diagnose
