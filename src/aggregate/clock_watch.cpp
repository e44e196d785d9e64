#include "aggregate/clock_watch.hpp"

#include "aggregate/window_timeline.hpp"

namespace isotherm::aggregate {
namespace {

using namespace std::chrono_literals;
using Kind = ClockChange::Kind;

// After the change of the clock the kernel may be asked a while later.
constexpr core::Nanoseconds kNearMidnight = 5s;

core::Nanoseconds distance_of(const core::ClockReading& reading) noexcept {
  return reading.wall.time_since_epoch() - reading.monotonic.time_since_epoch();
}

bool is_leap_second(core::WallTime time, core::Nanoseconds size) noexcept {
  if (std::chrono::abs(std::chrono::abs(size) - core::Nanoseconds{1s}) > kOffsetTolerance) {
    return false;
  }
  const auto midnight = std::chrono::round<std::chrono::days>(time);
  const std::chrono::year_month_day day{midnight};
  const bool half_year = day.day() == std::chrono::day{1} &&
                         (day.month() == std::chrono::January || day.month() == std::chrono::July);
  return half_year && std::chrono::abs(time - midnight) <= kNearMidnight;
}

}  // namespace

ClockWatch::ClockWatch(const core::ClockReading& reading, core::Nanoseconds suspended)
    : offset_(distance_of(reading)), suspended_(suspended), synced_(reading.synced) {}

std::vector<ClockChange> ClockWatch::observe(const core::ClockReading& reading,
                                             core::Nanoseconds suspended) {
  std::vector<ClockChange> changes;
  const core::Nanoseconds slept = suspended - suspended_;
  if (std::chrono::abs(slept) > kOffsetTolerance) {
    changes.push_back({Kind::Suspended, reading, slept});
    suspended_ = suspended;
    offset_ += slept;
  }
  const core::Nanoseconds step = distance_of(reading) - offset_;
  if (std::chrono::abs(step) > kOffsetTolerance) {
    const Kind kind = is_leap_second(reading.wall, step) ? Kind::Leap : Kind::Stepped;
    changes.push_back({kind, reading, step});
    offset_ += step;
  }
  if (reading.synced != synced_) {
    changes.push_back({reading.synced ? Kind::Synchronised : Kind::Unsynchronised, reading, {}});
    synced_ = reading.synced;
  }
  return changes;
}

}  // namespace isotherm::aggregate
