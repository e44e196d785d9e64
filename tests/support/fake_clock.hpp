// A clock that a test moves by hand, or that moves itself when somebody sleeps on it: a day of
// slots passes in milliseconds.
#pragma once

#include <functional>

#include "core/clock.hpp"

namespace isotherm::test {

inline constexpr core::WallTime kNewYear = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

class FakeClock : public core::Clock, public core::WallClock {
 public:
  // Starts at one hour of uptime, at kNewYear, synchronised.
  FakeClock();

  [[nodiscard]] core::MonotonicTime now() const noexcept override;
  // Moves the clock to `deadline` plus what `oversleep` says, and to nowhere if it has passed.
  bool sleep_until(core::MonotonicTime deadline) const noexcept override;
  [[nodiscard]] core::ClockReading read() const noexcept override;

  void advance(core::Nanoseconds by) { now_ += by; }
  // Moves the wall clock alone, as settimeofday(2) or NTP does.
  void step_wall(core::Nanoseconds by) { wall_offset_ += by; }
  void set_synced(bool synced) { synced_ = synced; }

  // How far each look at the clock moves it, so that a loop that waits for a time comes to an end.
  core::Nanoseconds look{0};
  // How late a sleep wakes up; called with its deadline. None means exactly on time.
  std::function<core::Nanoseconds(core::MonotonicTime)> oversleep;
  // Called after each sleep, on the sleeper's thread; returning false makes it an interrupted one.
  std::function<bool()> after_sleep;

 private:
  mutable core::MonotonicTime now_;
  core::Nanoseconds wall_offset_;
  bool synced_ = true;
};

}  // namespace isotherm::test
