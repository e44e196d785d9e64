// What the kernel has counted for a thread: context switches, page faults, migrations, CPU time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/time.hpp"
#include "os/thread_stat.hpp"

namespace isotherm::os {

// Since the thread's start, by proc_pid_stat(5), proc_pid_status(5) and the kernel's
// Documentation/scheduler/sched-stats.rst.
struct ThreadUsage {
  std::uint64_t voluntary_switches = 0;    // it waited or slept
  std::uint64_t involuntary_switches = 0;  // another thread took its core
  std::uint64_t minor_faults = 0;          // page faults served from memory
  std::uint64_t major_faults = 0;          // page faults that waited for a disk
  // Moves to another core; nothing where the kernel does not say: before Linux 6.15
  // /proc/PID/task/TID/sched needs CONFIG_SCHED_DEBUG.
  std::optional<std::uint64_t> migrations;
  // In nanoseconds from schedstat, for a running thread up to its last scheduler tick; where the
  // kernel has none (CONFIG_SCHED_INFO) in clock ticks of usually 10 ms.
  core::Nanoseconds cpu_time{0};
  int core = 0;           // it runs on, or last ran on
  int kernel_policy = 0;  // see kernel_policy_word()
  int priority = 0;       // 1 to 99 with SCHED_FIFO and SCHED_RR, else 0

  // "fifo", "rr", "deadline", "other", "batch", ...
  [[nodiscard]] std::string_view policy_word() const noexcept;
};

// Housekeeping. A thread of this process; nothing if it is not alive. A thread's counts end with
// it: RealtimeThread::final_usage() has them.
[[nodiscard]] std::optional<ThreadUsage> thread_usage(pid_t tid);

// The parts of it, each from the text of a file below /proc/self/task/TID. Texts that are cut off
// or are not what is expected give nothing.

// `stat`: faults, CPU time in ticks, core, policy and priority. All else is left at 0.
[[nodiscard]] std::optional<ThreadUsage> parse_thread_stat(std::string_view text,
                                                           long ticks_per_second);
// The same of one that is split already.
[[nodiscard]] std::optional<ThreadUsage> usage_in(const ThreadStat& stat, long ticks_per_second);

struct ContextSwitches {
  std::uint64_t voluntary = 0;
  std::uint64_t involuntary = 0;
};
// `status`.
[[nodiscard]] std::optional<ContextSwitches> parse_context_switches(std::string_view text);
// `sched`: the migrations.
[[nodiscard]] std::optional<std::uint64_t> parse_migrations(std::string_view text);
// `schedstat`: the time on a CPU.
[[nodiscard]] std::optional<core::Nanoseconds> parse_cpu_time(std::string_view text);
// `schedstat`: the time that it was ready to run, but waited for a core.
[[nodiscard]] std::optional<core::Nanoseconds> parse_queue_time(std::string_view text);

}  // namespace isotherm::os
