// The threads of the machine, as far as the doctor asks: where each may run, where it did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"

namespace isotherm::diagnose {

struct ThreadSeen {
  std::uint32_t pid = 0;
  std::uint32_t tid = 0;
  std::string name;
  bool of_kernel = false;
  // A thread of the kernel that nobody may move (PF_NO_SETAFFINITY): each core has its own set.
  bool fixed = false;
  int kernel_policy = 0;  // 1 SCHED_FIFO, 2 SCHED_RR, 6 SCHED_DEADLINE
  int priority = 0;       // 1 to 99, else 0
  unsigned core = 0;      // it ran on last
  core::CpuSet allowed;
  std::uint64_t runs = 0;  // times it was given a core; 0 where the kernel does not count
  bool ran = false;        // between the two looks

  [[nodiscard]] bool realtime() const noexcept;
};

// The text of /proc/PID/task/TID/stat: proc_pid_stat(5). Nothing if it is cut off.
[[nodiscard]] std::optional<ThreadSeen> parse_thread(std::string_view text);

// All threads but those of this process. Containers show only their own.
[[nodiscard]] std::vector<ThreadSeen> read_threads(const core::FileTree& files);

// A later look at those that may run on `cores`: sets `ran`, and where.
void look_again(const core::FileTree& files, const core::CpuSet& cores,
                std::vector<ThreadSeen>& threads);

}  // namespace isotherm::diagnose
