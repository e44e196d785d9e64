#include "os/suspended_time.hpp"

#include <time.h>

#include <cstddef>

#include "os/clock_sandwich.hpp"

namespace isotherm::os {
namespace {

// More than for the wall clock: being kept off between the two would look like a suspend.
constexpr std::size_t kSuspendReadings = 10;

}  // namespace

core::Nanoseconds suspended_time() noexcept {
  const ClockSandwich sandwich = read_sandwich(CLOCK_BOOTTIME, kSuspendReadings);
  return sandwich.other - sandwich.middle().time_since_epoch();
}

}  // namespace isotherm::os
