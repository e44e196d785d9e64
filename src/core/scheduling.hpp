// How the kernel schedules a thread: sched(7).
#pragma once

#include <cstdint>
#include <string_view>

namespace isotherm::core {

enum class SchedulingPolicy : std::uint8_t {
  Fifo,        // SCHED_FIFO
  RoundRobin,  // SCHED_RR
  Deadline,    // SCHED_DEADLINE
  Other,       // SCHED_OTHER: not real-time
};

// The word of the configuration: fifo, rr, deadline, other.
[[nodiscard]] constexpr std::string_view policy_word(SchedulingPolicy policy) noexcept {
  switch (policy) {
    case SchedulingPolicy::Fifo:
      return "fifo";
    case SchedulingPolicy::RoundRobin:
      return "rr";
    case SchedulingPolicy::Deadline:
      return "deadline";
    case SchedulingPolicy::Other:
      return "other";
  }
  return "other";
}

// Fifo and rr have a priority, 1 to 99; the others have none.
[[nodiscard]] constexpr bool has_priority(SchedulingPolicy policy) noexcept {
  return policy == SchedulingPolicy::Fifo || policy == SchedulingPolicy::RoundRobin;
}

}  // namespace isotherm::core
