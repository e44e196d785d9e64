#include "os/system_wall_clock.hpp"

#include <sys/timex.h>
#include <time.h>

#include <cstddef>

#include "os/clock_sandwich.hpp"

namespace isotherm::os {
namespace {

constexpr std::size_t kTries = 3;
// NTP_PHASE_LIMIT of the kernel's include/linux/timex.h.
constexpr std::int64_t kMaxErrorLimitUs = 16'000'000;

bool synced_now() noexcept {
  timex state{};  // modes = 0: only reads, for which no right is needed
  const int result = ::adjtimex(&state);
  return wall_clock_synced(result, state.maxerror);
}

}  // namespace

bool wall_clock_synced(int adjtimex_result, std::int64_t maxerror_us) noexcept {
  return adjtimex_result != -1 && maxerror_us < kMaxErrorLimitUs;
}

core::ClockReading SystemWallClock::read() const noexcept {
  const ClockSandwich sandwich = read_sandwich(CLOCK_REALTIME, kTries);
  return {sandwich.middle(), core::WallTime{sandwich.other}, synced_now()};
}

}  // namespace isotherm::os
