#include "diagnose/latency_facts.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "diagnose/interrupts.hpp"
#include "diagnose/kernel_text.hpp"
#include "diagnose/kernel_tick.hpp"
#include "diagnose/machine_watch.hpp"
#include "os/proc_text.hpp"

namespace isotherm::diagnose {
namespace {

std::string first_text(const core::FileTree& files, std::initializer_list<const char*> paths) {
  for (const char* path : paths) {
    if (auto text = files.text(path); text && !text->empty()) {
      return *text;
    }
  }
  return "";
}

// The kernel writes the model it was built for behind "SMP": init/version-timestamp.c.
std::string preemption_word(std::string_view version) {
  for (std::string& word : words_of(version)) {
    if (word.starts_with("PREEMPT")) {
      return std::move(word);
    }
  }
  return "";
}

}  // namespace

LatencyFacts latency_facts(const core::FileTree& files, const std::string& version, unsigned core) {
  const auto text = [&files](const std::string& path) { return files.text(path).value_or(""); };
  const std::string cpus = "/sys/devices/system/cpu";
  const std::string cpuinfo = text("/proc/cpuinfo");
  LatencyFacts facts;
  facts.cmdline = text("/proc/cmdline");
  facts.model = first_text(files, {"/proc/device-tree/model", "/sys/class/dmi/id/product_name"});
  // x86 says "model name"; ARM "Model" (of the board), 32-bit ARM "Hardware".
  for (const char* key : {"model name", "Model", "Hardware"}) {
    if (facts.cpu_model.empty()) {
      facts.cpu_model = os::proc_field(cpuinfo, key).value_or("");
    }
  }
  const auto flag_words = words_of(os::proc_field(cpuinfo, "flags").value_or(""));
  facts.hypervisor =
      std::find(flag_words.begin(), flag_words.end(), "hypervisor") != flag_words.end();
  facts.preemption = preemption_word(version);
  facts.cores_online = text(cpus + "/online");
  facts.cores_isolated = text(cpus + "/isolated");
  facts.cores_nohz_full = os::cores_in(files, cpus + "/nohz_full").text();
  facts.governor = text(cpus + "/cpu" + std::to_string(core) + "/cpufreq/scaling_governor");
  facts.clocksource = text("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  facts.rt_runtime_us = text("/proc/sys/kernel/sched_rt_runtime_us");
  facts.rt_period_us = text("/proc/sys/kernel/sched_rt_period_us");
  return facts;
}

std::map<std::string, std::uint64_t> interrupts_of_core(std::string_view text, unsigned core) {
  std::map<std::string, std::uint64_t> counts;
  for (const InterruptLine& line : parse_interrupts(text)) {
    const auto count = line.counts.find(core);
    if (count != line.counts.end()) {
      counts[line.label + " " + line.description] += count->second;
    }
  }
  return counts;
}

std::uint64_t steal_ticks(std::string_view text, std::string_view line) {
  const CoreTimes times = parse_cpu_line(text, line).value_or(CoreTimes{});
  return static_cast<std::uint64_t>(times.steal / kKernelTick);
}

MachineCounts machine_counts(const core::FileTree& files, unsigned core) {
  const std::string stat = files.text("/proc/stat").value_or("");
  return {.interrupts = interrupts_of_core(files.text("/proc/interrupts").value_or(""), core),
          .steal_ticks = steal_ticks(stat, "cpu"),
          .core_steal_ticks = steal_ticks(stat, "cpu" + std::to_string(core))};
}

MachineCounts counts_between(const MachineCounts& before, const MachineCounts& after) {
  MachineCounts between{.interrupts = {},
                        .steal_ticks = after.steal_ticks - before.steal_ticks,
                        .core_steal_ticks = after.core_steal_ticks - before.core_steal_ticks};
  for (const auto& [name, count] : after.interrupts) {
    const auto earlier = before.interrupts.find(name);
    const std::uint64_t added =
        count - (earlier == before.interrupts.end() ? 0 : std::min(earlier->second, count));
    if (added > 0) {
      between.interrupts[name] = added;
    }
  }
  return between;
}

}  // namespace isotherm::diagnose
