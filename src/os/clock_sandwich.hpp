// A clock of the kernel's read between two readings of the monotonic clock, so that a thread that
// is kept off its core in between knows by how much it may be wrong.
#pragma once

#include <time.h>

#include <cstddef>
#include <span>

#include "core/time.hpp"

namespace isotherm::os {

struct ClockSandwich {
  core::MonotonicTime before;
  core::Nanoseconds other;  // since that clock's own epoch
  core::MonotonicTime after;

  // When the other clock was read: off by at most half the width.
  [[nodiscard]] core::MonotonicTime middle() const noexcept { return before + width() / 2; }
  [[nodiscard]] core::Nanoseconds width() const noexcept { return after - before; }
};

// The first of the tightest. `sandwiches` must not be empty.
[[nodiscard]] ClockSandwich tightest(std::span<const ClockSandwich> sandwiches) noexcept;

// Housekeeping. The tightest of up to `tries` (1 to 10) readings of a clock of clock_gettime(2);
// the first that was not interrupted ends them.
[[nodiscard]] ClockSandwich read_sandwich(clockid_t clock, std::size_t tries) noexcept;

}  // namespace isotherm::os
