// The kernel's CLOCK_MONOTONIC behind the port that the readers see.
#pragma once

#include "core/clock.hpp"

namespace isotherm::os {

class MonotonicClock : public core::Clock {
 public:
  // Real-time. Answered by the vDSO, without entering the kernel, on the usual clock sources.
  [[nodiscard]] core::MonotonicTime now() const noexcept ISOTHERM_REALTIME override;

  // Real-time. clock_nanosleep(2) with TIMER_ABSTIME: no time is lost between computing a duration
  // and sleeping it, so a fixed grid does not drift. False after a signal (EINTR): see
  // RealtimeThread::interrupt().
  bool sleep_until(core::MonotonicTime deadline) const noexcept override;
};

}  // namespace isotherm::os
