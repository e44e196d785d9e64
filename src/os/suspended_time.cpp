#include "os/suspended_time.hpp"

#include <time.h>

#include "os/timespec.hpp"

namespace isotherm::os {

core::Nanoseconds suspended_time() noexcept {
  timespec monotonic{};
  timespec with_suspend{};
  ::clock_gettime(CLOCK_MONOTONIC, &monotonic);
  ::clock_gettime(CLOCK_BOOTTIME, &with_suspend);
  return from_timespec(with_suspend) - from_timespec(monotonic);
}

}  // namespace isotherm::os
