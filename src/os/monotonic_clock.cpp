#include "os/monotonic_clock.hpp"

#include <time.h>

#include <cerrno>

#include "os/timespec.hpp"

namespace isotherm::os {

core::MonotonicTime MonotonicClock::now() const noexcept {
  timespec present{};
  // Fails only for a clock that does not exist or a bad address: clock_gettime(2), ERRORS.
  ::clock_gettime(CLOCK_MONOTONIC, &present);
  return core::MonotonicTime{from_timespec(present)};
}

bool MonotonicClock::sleep_until(core::MonotonicTime deadline) const noexcept {
  const core::Nanoseconds since_boot = deadline.time_since_epoch();
  if (since_boot.count() < 0) {
    // The kernel would answer EINVAL; the port says that a time that has passed returns at once.
    return true;
  }
  const timespec until = to_timespec(since_boot);
  // Returns the error. With valid arguments the only one is EINTR: clock_nanosleep(2), ERRORS.
  return ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != EINTR;
}

}  // namespace isotherm::os
