// How late a thread wakes up on a core: it sleeps to instants on a grid, as a reader does, and does
// nothing else. Housekeeping; the threads it makes are real-time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::os {

struct WakeUpSpec {
  unsigned core = 0;
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 1;
  core::Nanoseconds period{1'000'000};
  std::uint64_t count = 300;
};

struct WakeUps {
  std::uint64_t count = 0;
  core::Nanoseconds late_p99{0};
  core::Nanoseconds late_max{0};
  std::string refusal;  // why the kernel gave no such thread; "" if it did
};

// All of them side by side; returns when the last is through. In the order of `specs`.
[[nodiscard]] std::vector<WakeUps> try_wake_ups(const std::vector<WakeUpSpec>& specs);

// The smallest step of CLOCK_MONOTONIC's timers: clock_getres(2) gives 1 ns where the kernel has
// high-resolution timers, else the length of its tick.
[[nodiscard]] core::Nanoseconds timer_resolution();

}  // namespace isotherm::os
