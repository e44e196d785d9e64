// The kernel's CLOCK_REALTIME beside CLOCK_MONOTONIC, behind the port that housekeeping sees.
#pragma once

#include <cstdint>

#include "core/clock.hpp"

namespace isotherm::os {

class SystemWallClock : public core::WallClock {
 public:
  // Housekeeping. Of up to three readings, the one that pins the two clocks together best.
  [[nodiscard]] core::ClockReading read() const noexcept override;
};

// Whether the wall clock is synchronised, by the result of adjtimex(2) and its `maxerror` in
// microseconds. The kernel lets maxerror grow by 500 us a second from what the NTP service last
// set, up to 16 s, which is also its value from boot or a manual step until a service sets it.
// The flag STA_UNSYNC follows that limit, but services also set it on a synchronised clock for
// another purpose: chrony without `rtcsync` keeps it to hold the kernel off the clock chip.
// timedatectl(1) decides in the same way.
[[nodiscard]] bool wall_clock_synced(int adjtimex_result, std::int64_t maxerror_us) noexcept;

}  // namespace isotherm::os
