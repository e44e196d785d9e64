// One reading of the text of /proc/PID/task/TID/stat, proc_pid_stat(5). Internal to os/ and
// diagnose/.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace isotherm::os {

struct ThreadStat {
  std::uint32_t tid = 0;
  std::string_view name;    // lies in the text
  std::uint64_t flags = 0;  // PF_* of the kernel's include/linux/sched.h
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  int core = 0;           // it runs on, or last ran on
  int priority = 0;       // 1 to 99 with SCHED_FIFO and SCHED_RR, else 0
  int kernel_policy = 0;  // see kernel_policy_word()
};

// Nothing if it is cut off, or holds words where there should be numbers.
[[nodiscard]] std::optional<ThreadStat> split_thread_stat(std::string_view text);

}  // namespace isotherm::os
