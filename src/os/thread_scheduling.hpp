// The scheduling policy of a thread as the kernel keeps it: sched(7), sched_setattr(2).
#pragma once

#include <string_view>

#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::os {

// Of SCHED_DEADLINE: `runtime` of CPU time in every `period`, had by `deadline` after its start.
// 1024 ns <= runtime <= deadline <= period < 2^63 ns.
struct DeadlineParameters {
  core::Nanoseconds runtime{0};
  core::Nanoseconds deadline{0};
  core::Nanoseconds period{0};

  friend bool operator==(const DeadlineParameters&, const DeadlineParameters&) = default;
};

struct ThreadScheduling {
  int kernel_policy = 0;        // the kernel's number: 0 SCHED_OTHER, 1 SCHED_FIFO, ...
  int priority = 0;             // 1 to 99 with SCHED_FIFO and SCHED_RR, else 0
  DeadlineParameters deadline;  // with SCHED_DEADLINE, else zeros
};

// The kernel's number of a policy.
[[nodiscard]] int kernel_policy(core::SchedulingPolicy policy) noexcept;

// The policy of a kernel's number; all that are not real-time, such as SCHED_BATCH, are Other.
[[nodiscard]] core::SchedulingPolicy policy_of_kernel(int kernel_policy) noexcept;

// The word of a kernel's number: fifo, rr, deadline, other, and beyond these batch, idle, ext;
// "unknown" for any other. A string literal.
[[nodiscard]] std::string_view kernel_policy_word(int kernel_policy) noexcept;

// What the kernel says of the calling thread. Throws SetupError.
[[nodiscard]] ThreadScheduling this_thread_scheduling();

// Puts the calling thread under SCHED_DEADLINE. Throws SetupError with the reason of the refusal.
void schedule_this_thread_by_deadline(const DeadlineParameters& parameters);

// For messages: what to do where the kernel forbids a real-time policy (EPERM).
[[nodiscard]] std::string_view realtime_right_mend() noexcept;

}  // namespace isotherm::os
