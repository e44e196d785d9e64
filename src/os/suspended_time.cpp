#include "os/suspended_time.hpp"

#include <time.h>

#include "os/timespec.hpp"

namespace isotherm::os {
namespace {

// One that was not interrupted takes three vDSO calls: 0.05 to 0.5 us.
constexpr core::Nanoseconds kNotInterrupted = std::chrono::microseconds{1};
constexpr int kSuspendReadings = 10;

core::Nanoseconds now_of(clockid_t clock) noexcept {
  timespec now{};
  ::clock_gettime(clock, &now);
  return from_timespec(now);
}

}  // namespace

// A thread that is kept off its core between the two clocks would take that for a suspend: so the
// monotonic one is read on both sides of the other, and the tightest such reading counts.
core::Nanoseconds suspended_time() noexcept {
  core::Nanoseconds suspended{0};
  core::Nanoseconds tightest = core::Nanoseconds::max();
  for (int i = 0; i < kSuspendReadings && tightest > kNotInterrupted; ++i) {
    const core::Nanoseconds before = now_of(CLOCK_MONOTONIC);
    const core::Nanoseconds with_suspend = now_of(CLOCK_BOOTTIME);
    const core::Nanoseconds width = now_of(CLOCK_MONOTONIC) - before;
    if (width < tightest) {
      tightest = width;
      suspended = with_suspend - before - width / 2;
    }
  }
  return suspended;
}

}  // namespace isotherm::os
