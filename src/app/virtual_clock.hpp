// A clock that is where it was put: a station on it runs as fast as it can, and a year of it in
// minutes. Who sleeps on it has slept at once.
#pragma once

#include <algorithm>

#include "core/clock.hpp"

namespace isotherm::app {

class VirtualClock : public core::Clock, public core::WallClock {
 public:
  VirtualClock() = default;
  explicit VirtualClock(const core::ClockReading& begin)
      : now_(begin.monotonic),
        offset_(begin.wall.time_since_epoch() - begin.monotonic.time_since_epoch()),
        synced_(begin.synced) {}

  [[nodiscard]] core::MonotonicTime now() const noexcept override { return now_; }
  bool sleep_until(core::MonotonicTime deadline) const noexcept override {
    now_ = std::max(now_, deadline);
    return true;
  }
  [[nodiscard]] core::ClockReading read() const noexcept override {
    return {now_, core::WallTime{now_.time_since_epoch() + offset_}, synced_};
  }

 private:
  // Sleeping is the only way to move it, and a sleeper has it as const.
  mutable core::MonotonicTime now_{};
  core::Nanoseconds offset_{0};
  bool synced_ = false;
};

}  // namespace isotherm::app
