#include "os/system_wall_clock.hpp"

#include <gtest/gtest.h>
#include <sys/timex.h>

#include "os/monotonic_clock.hpp"

namespace isotherm::os {
namespace {

using core::MonotonicTime;

TEST(SystemWallClockTest, ReadingLiesBetweenReadingsOfBothClocks) {
  const MonotonicClock monotonic;
  const SystemWallClock wall;
  const MonotonicTime before = monotonic.now();
  const core::ClockReading reading = wall.read();
  const MonotonicTime after = monotonic.now();
  EXPECT_LE(before, reading.monotonic);
  EXPECT_LE(reading.monotonic, after);
  // Boards without a clock chip may start in 1970, so no more than this can be said.
  EXPECT_GE(reading.wall.time_since_epoch().count(), 0);
}

// include/linux/timex.h: NTP_PHASE_LIMIT is 16 s, the value from boot on.
TEST(SystemWallClockTest, ClockIsSyncedWhileItsErrorBoundIsBelowSixteenSeconds) {
  EXPECT_TRUE(wall_clock_synced(TIME_OK, 0));
  EXPECT_TRUE(wall_clock_synced(TIME_OK, 15'999'999));
  EXPECT_FALSE(wall_clock_synced(TIME_ERROR, 16'000'000));
  EXPECT_FALSE(wall_clock_synced(TIME_OK, 16'000'000));
}

TEST(SystemWallClockTest, UnsyncFlagAloneDoesNotMakeAClockUnsynced) {
  // chrony without rtcsync: TIME_ERROR because of STA_UNSYNC, with a maintained error bound.
  EXPECT_TRUE(wall_clock_synced(TIME_ERROR, 25'000));
}

TEST(SystemWallClockTest, AnnouncedLeapSecondDoesNotMakeAClockUnsynced) {
  EXPECT_TRUE(wall_clock_synced(TIME_INS, 1000));
  EXPECT_TRUE(wall_clock_synced(TIME_WAIT, 1000));
}

TEST(SystemWallClockTest, ClockIsUnsyncedWhereTheKernelDoesNotAnswer) {
  EXPECT_FALSE(wall_clock_synced(-1, 0));
}

}  // namespace
}  // namespace isotherm::os
