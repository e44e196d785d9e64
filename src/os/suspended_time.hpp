// How long this machine has been suspended since it was booted.
#pragma once

#include "core/time.hpp"

namespace isotherm::os {

// Housekeeping. CLOCK_BOOTTIME minus CLOCK_MONOTONIC, which stands still in a suspend
// (clock_gettime(2)). Exact to the microsecond or so that lies between reading the two.
[[nodiscard]] core::Nanoseconds suspended_time() noexcept;

}  // namespace isotherm::os
