#include "os/thread_usage.hpp"

#include <unistd.h>

#include <string>

#include "os/proc_text.hpp"
#include "os/thread_scheduling.hpp"

namespace isotherm::os {
namespace {

std::optional<core::Nanoseconds> duration_of_ticks(std::uint64_t ticks, long ticks_per_second) {
  if (ticks_per_second <= 0) {
    return std::nullopt;
  }
  const std::int64_t tick_ns = std::nano::den / ticks_per_second;
  return core::Nanoseconds{static_cast<std::int64_t>(ticks) * tick_ns};
}

}  // namespace

std::string_view ThreadUsage::policy_word() const noexcept {
  return kernel_policy_word(kernel_policy);
}

std::optional<ThreadUsage> usage_in(const ThreadStat& stat, long ticks_per_second) {
  const auto cpu_time = duration_of_ticks(stat.user_ticks + stat.system_ticks, ticks_per_second);
  if (!cpu_time) {
    return std::nullopt;
  }
  ThreadUsage usage;
  usage.minor_faults = stat.minor_faults;
  usage.major_faults = stat.major_faults;
  usage.cpu_time = *cpu_time;
  usage.core = stat.core;
  usage.kernel_policy = stat.kernel_policy;
  usage.priority = stat.priority;
  return usage;
}

std::optional<ThreadUsage> parse_thread_stat(std::string_view text, long ticks_per_second) {
  const auto stat = split_thread_stat(text);
  return stat ? usage_in(*stat, ticks_per_second) : std::nullopt;
}

std::optional<ContextSwitches> parse_context_switches(std::string_view text) {
  const auto voluntary = proc_field(text, "voluntary_ctxt_switches");
  const auto involuntary = proc_field(text, "nonvoluntary_ctxt_switches");
  const auto waited = parse_number<std::uint64_t>(voluntary.value_or(""));
  const auto displaced = parse_number<std::uint64_t>(involuntary.value_or(""));
  return waited && displaced ? std::optional{ContextSwitches{*waited, *displaced}} : std::nullopt;
}

std::optional<std::uint64_t> parse_migrations(std::string_view text) {
  const auto field = proc_field(text, "se.nr_migrations");
  return field ? parse_number<std::uint64_t>(*field) : std::nullopt;
}

std::optional<core::Nanoseconds> parse_cpu_time(std::string_view text) {
  // Three numbers: nanoseconds on a CPU, nanoseconds waiting for one, and time slices.
  const auto ns = parse_number<std::int64_t>(next_word(text));
  if (!ns || text.empty()) {
    return std::nullopt;
  }
  return core::Nanoseconds{*ns};
}

std::optional<core::Nanoseconds> parse_queue_time(std::string_view text) {
  static_cast<void>(next_word(text));
  return parse_cpu_time(text);
}

std::optional<ThreadUsage> thread_usage(pid_t tid) {
  const std::string task = "/proc/self/task/" + std::to_string(tid);
  // stat first: a thread that asks about itself then counts no page fault of its own asking.
  const auto stat = read_proc(task + "/stat");
  const auto status = read_proc(task + "/status");
  if (!stat || !status) {
    return std::nullopt;
  }
  auto usage = parse_thread_stat(*stat, ::sysconf(_SC_CLK_TCK));
  const auto switches = parse_context_switches(*status);
  if (!usage || !switches) {
    return std::nullopt;
  }
  usage->voluntary_switches = switches->voluntary;
  usage->involuntary_switches = switches->involuntary;
  if (const auto sched = read_proc(task + "/sched")) {
    usage->migrations = parse_migrations(*sched);
  }
  if (const auto schedstat = read_proc(task + "/schedstat")) {
    if (const auto cpu_time = parse_cpu_time(*schedstat)) {
      usage->cpu_time = *cpu_time;
    }
  }
  return usage;
}

}  // namespace isotherm::os
