// Ports for time. The readers see Clock, housekeeping sees WallClock; os/ implements both on the
// kernel's clocks, tests/support with a clock that a test moves by hand.
#pragma once

#include "core/realtime.hpp"
#include "core/time.hpp"

namespace isotherm::core {

class Clock {
 public:
  virtual ~Clock() = default;

  // Real-time. The present on the monotonic clock.
  [[nodiscard]] virtual MonotonicTime now() const noexcept ISOTHERM_REALTIME = 0;

  // Real-time. Sleeps until the absolute time `deadline`; returns at once if that has passed.
  // Returns false if the sleep was interrupted (the thread was asked to look at its stop flag).
  virtual bool sleep_until(MonotonicTime deadline) const noexcept = 0;
};

class WallClock {
 public:
  virtual ~WallClock() = default;

  // Housekeeping. Both clocks read as close together as possible.
  [[nodiscard]] virtual ClockReading read() const noexcept = 0;
};

}  // namespace isotherm::core
