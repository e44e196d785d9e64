#include "support/fake_clock.hpp"

#include "core/realtime_section.hpp"

namespace isotherm::test {
FakeClock::FakeClock()
    : now_(std::chrono::hours{1}),
      wall_offset_(kNewYear.time_since_epoch() - now_.time_since_epoch()) {}

core::MonotonicTime FakeClock::now() const noexcept {
  const core::MonotonicTime seen = now_;
  now_ += look;
  return seen;
}

bool FakeClock::sleep_until(core::MonotonicTime deadline) const noexcept {
  const core::RealtimeSection outside(core::RealtimePhase::Outside);  // what the test hooks in
  if (deadline > now_) {
    now_ = deadline + (oversleep ? oversleep(deadline) : core::Nanoseconds{0});
  }
  return !after_sleep || after_sleep();
}

core::ClockReading FakeClock::read() const noexcept {
  return {now_, core::WallTime{now_.time_since_epoch() + wall_offset_}, synced_};
}

}  // namespace isotherm::test
