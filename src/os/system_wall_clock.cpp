#include "os/system_wall_clock.hpp"

#include <sys/timex.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "os/monotonic_clock.hpp"
#include "os/timespec.hpp"

namespace isotherm::os {
namespace {

constexpr std::size_t kTries = 3;
// A sandwich this tight is not going to be beaten: three vDSO calls take 0.05 to 0.5 us.
constexpr core::Nanoseconds kTightEnough = std::chrono::microseconds{1};
// NTP_PHASE_LIMIT of the kernel's include/linux/timex.h.
constexpr std::int64_t kMaxErrorLimitUs = 16'000'000;

ClockSandwich read_sandwich() noexcept {
  const MonotonicClock monotonic;
  ClockSandwich sandwich{};
  timespec wall{};
  sandwich.before = monotonic.now();
  ::clock_gettime(CLOCK_REALTIME, &wall);
  sandwich.after = monotonic.now();
  sandwich.wall = core::WallTime{from_timespec(wall)};
  return sandwich;
}

bool synced_now() noexcept {
  timex state{};  // modes = 0: only reads, for which no right is needed
  const int result = ::adjtimex(&state);
  return wall_clock_synced(result, state.maxerror);
}

}  // namespace

bool wall_clock_synced(int adjtimex_result, std::int64_t maxerror_us) noexcept {
  return adjtimex_result != -1 && maxerror_us < kMaxErrorLimitUs;
}

core::ClockReading tightest(std::span<const ClockSandwich> sandwiches, bool synced) {
  const auto width = [](const ClockSandwich& sandwich) { return sandwich.after - sandwich.before; };
  const auto best =
      std::min_element(sandwiches.begin(), sandwiches.end(),
                       [&](const auto& one, const auto& two) { return width(one) < width(two); });
  return {best->before + width(*best) / 2, best->wall, synced};
}

core::ClockReading SystemWallClock::read() const noexcept {
  std::array<ClockSandwich, kTries> sandwiches{};
  std::size_t taken = 0;
  for (auto& sandwich : sandwiches) {
    sandwich = read_sandwich();
    ++taken;
    if (sandwich.after - sandwich.before <= kTightEnough) {
      break;
    }
  }
  return tightest(std::span{sandwiches}.first(taken), synced_now());
}

}  // namespace isotherm::os
