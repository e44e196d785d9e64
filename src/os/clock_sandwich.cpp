#include "os/clock_sandwich.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "os/monotonic_clock.hpp"
#include "os/timespec.hpp"

namespace isotherm::os {
namespace {

constexpr std::size_t kMaxTries = 10;
// A sandwich this tight is not going to be beaten: three vDSO calls take 0.05 to 0.5 us.
constexpr core::Nanoseconds kTightEnough = std::chrono::microseconds{1};

ClockSandwich read_once(clockid_t clock) noexcept {
  const MonotonicClock monotonic;
  ClockSandwich sandwich{};
  timespec other{};
  sandwich.before = monotonic.now();
  ::clock_gettime(clock, &other);
  sandwich.after = monotonic.now();
  sandwich.other = from_timespec(other);
  return sandwich;
}

}  // namespace

ClockSandwich tightest(std::span<const ClockSandwich> sandwiches) noexcept {
  return *std::min_element(
      sandwiches.begin(), sandwiches.end(),
      [](const auto& one, const auto& two) { return one.width() < two.width(); });
}

ClockSandwich read_sandwich(clockid_t clock, std::size_t tries) noexcept {
  std::array<ClockSandwich, kMaxTries> sandwiches{};
  std::size_t taken = 0;
  for (auto& sandwich : std::span{sandwiches}.first(std::min(tries, kMaxTries))) {
    sandwich = read_once(clock);
    ++taken;
    if (sandwich.width() <= kTightEnough) {
      break;
    }
  }
  return tightest(std::span{sandwiches}.first(taken));
}

}  // namespace isotherm::os
