#include "os/thread_usage.hpp"

#include <unistd.h>

#include <string>

#include "os/proc_text.hpp"
#include "os/thread_scheduling.hpp"

namespace isotherm::os {
namespace {

// Numbers of the fields of stat, as proc_pid_stat(5) counts them.
constexpr int kStateField = 3;  // the first after the name
constexpr int kMinorFaultsField = 10;
constexpr int kMajorFaultsField = 12;
constexpr int kUserTicksField = 14;
constexpr int kSystemTicksField = 15;
constexpr int kCoreField = 39;
constexpr int kPriorityField = 40;
constexpr int kPolicyField = 41;

std::optional<core::Nanoseconds> duration_of_ticks(std::uint64_t ticks, long ticks_per_second) {
  if (ticks_per_second <= 0) {
    return std::nullopt;
  }
  const std::int64_t tick_ns = std::nano::den / ticks_per_second;
  return core::Nanoseconds{static_cast<std::int64_t>(ticks) * tick_ns};
}

template <typename Number>
bool assign(std::string_view word, Number& target) {
  const auto number = parse_number<Number>(word);
  target = number.value_or(Number{});
  return number.has_value();
}

}  // namespace

std::string_view ThreadUsage::policy_word() const noexcept {
  return kernel_policy_word(kernel_policy);
}

std::optional<ThreadUsage> parse_thread_stat(std::string_view text, long ticks_per_second) {
  // The second field is the name in parentheses, which may itself hold blanks and parentheses; no
  // field after it does.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > text.size()) {
    return std::nullopt;
  }
  text.remove_prefix(name_end + 2);

  ThreadUsage usage;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  bool whole = true;
  for (int field = kStateField; field <= kPolicyField; ++field) {
    const std::string_view word = next_word(text);
    switch (field) {
      case kMinorFaultsField:
        whole = assign(word, usage.minor_faults) && whole;
        break;
      case kMajorFaultsField:
        whole = assign(word, usage.major_faults) && whole;
        break;
      case kUserTicksField:
        whole = assign(word, user_ticks) && whole;
        break;
      case kSystemTicksField:
        whole = assign(word, system_ticks) && whole;
        break;
      case kCoreField:
        whole = assign(word, usage.core) && whole;
        break;
      case kPriorityField:
        whole = assign(word, usage.priority) && whole;
        break;
      case kPolicyField:
        whole = assign(word, usage.kernel_policy) && whole;
        break;
      default:
        break;
    }
  }
  const auto cpu_time = duration_of_ticks(user_ticks + system_ticks, ticks_per_second);
  if (!whole || !cpu_time) {
    return std::nullopt;
  }
  usage.cpu_time = *cpu_time;
  return usage;
}

std::optional<ContextSwitches> parse_context_switches(std::string_view text) {
  const auto voluntary = proc_field(text, "voluntary_ctxt_switches");
  const auto involuntary = proc_field(text, "nonvoluntary_ctxt_switches");
  ContextSwitches switches;
  if (!voluntary || !involuntary || !assign(*voluntary, switches.voluntary) ||
      !assign(*involuntary, switches.involuntary)) {
    return std::nullopt;
  }
  return switches;
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
