#include "diagnose/latency_facts.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace isotherm::diagnose {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view kBlanks = " \t";
  for (auto start = line.find_first_not_of(kBlanks); start != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(kBlanks, start), line.size());
    words.push_back(line.substr(start, end - start));
    start = line.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::optional<std::uint64_t> number_of(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) {
    return std::nullopt;
  }
  return number;
}

// "model name : Intel(R) Xeon(R)", the first such line; `key` is one of several that stand for the
// same on different architectures.
std::string cpuinfo_field(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !line.starts_with(key)) {
      continue;
    }
    const std::string_view name = line.substr(0, colon);
    if (name.substr(0, name.find_last_not_of(" \t") + 1) == key) {
      const auto value = line.find_first_not_of(" \t", colon + 1);
      return value == std::string_view::npos ? std::string{} : std::string{line.substr(value)};
    }
  }
  return "";
}

std::string first_text(const core::FileTree& files, std::initializer_list<const char*> paths) {
  for (const char* path : paths) {
    if (auto text = files.text(path); text && !text->empty()) {
      return *text;
    }
  }
  return "";
}

// The kernel writes the model it was built for behind "SMP": init/version-timestamp.c.
std::string preemption_of(std::string_view version) {
  for (const std::string_view word : words_of(version)) {
    if (word.starts_with("PREEMPT")) {
      return std::string{word};
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
    facts.cpu_model = facts.cpu_model.empty() ? cpuinfo_field(cpuinfo, key) : facts.cpu_model;
  }
  const auto flags = cpuinfo_field(cpuinfo, "flags");
  const auto flag_words = words_of(flags);
  facts.hypervisor =
      std::find(flag_words.begin(), flag_words.end(), "hypervisor") != flag_words.end();
  facts.preemption = preemption_of(version);
  facts.cores_online = text(cpus + "/online");
  facts.cores_isolated = text(cpus + "/isolated");
  // Kernels before 6.0 write "(null)" where nothing is set.
  facts.cores_nohz_full =
      core::CpuSet::parse(text(cpus + "/nohz_full")).value_or(core::CpuSet{}).text();
  facts.governor = text(cpus + "/cpu" + std::to_string(core) + "/cpufreq/scaling_governor");
  facts.clocksource = text("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  facts.rt_runtime_us = text("/proc/sys/kernel/sched_rt_runtime_us");
  facts.rt_period_us = text("/proc/sys/kernel/sched_rt_period_us");
  return facts;
}

std::map<std::string, std::uint64_t> interrupts_of_core(std::string_view text, unsigned core) {
  const auto header = words_of(take_line(text));
  const auto found = std::find(header.begin(), header.end(), "CPU" + std::to_string(core));
  std::map<std::string, std::uint64_t> counts;
  if (found == header.end()) {
    return counts;
  }
  const auto column = static_cast<std::size_t>(found - header.begin()) + 1;  // after the name
  while (!text.empty()) {
    const auto words = words_of(take_line(text));
    // Lines such as "ERR: 0" have one number for the whole machine.
    if (words.size() <= header.size()) {
      continue;
    }
    const auto count = number_of(words[column]);
    if (!count) {
      continue;
    }
    std::string name{words[0].substr(0, words[0].find(':'))};
    for (std::size_t i = header.size() + 1; i < words.size(); ++i) {
      name.append(" ").append(words[i]);
    }
    counts[name] += *count;
  }
  return counts;
}

std::uint64_t steal_ticks(std::string_view text, std::string_view line) {
  constexpr std::size_t kSteal = 8;  // user nice system idle iowait irq softirq steal: proc_stat(5)
  while (!text.empty()) {
    const auto words = words_of(take_line(text));
    if (words.size() > kSteal && words[0] == line) {
      return number_of(words[kSteal]).value_or(0);
    }
  }
  return 0;
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
