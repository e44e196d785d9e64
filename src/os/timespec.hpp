// Between the kernel's struct timespec and nanoseconds. Internal to os/.
#pragma once

#include <time.h>

#include "core/realtime.hpp"
#include "core/time.hpp"

namespace isotherm::os {

inline constexpr long kNanosecondsPerSecond = 1'000'000'000;

// Real-time. For durations of 0 and above.
[[nodiscard]] constexpr timespec to_timespec(core::Nanoseconds duration) noexcept
    ISOTHERM_REALTIME {
  timespec result{};
  result.tv_sec = static_cast<time_t>(duration.count() / kNanosecondsPerSecond);
  // tv_nsec is a long, of 32 bits on 32-bit boards, which a remainder below 10^9 always fits.
  result.tv_nsec = static_cast<long>(duration.count() % kNanosecondsPerSecond);
  return result;
}

// Real-time.
[[nodiscard]] constexpr core::Nanoseconds from_timespec(const timespec& time) noexcept
    ISOTHERM_REALTIME {
  return std::chrono::seconds{time.tv_sec} + core::Nanoseconds{time.tv_nsec};
}

}  // namespace isotherm::os
