#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace isotherm::test {
namespace {

using std::chrono::seconds;

TEST(FakeClockTest, SleepingMovesBothClocksToTheDeadlinePlusTheOversleep) {
  FakeClock clock;
  const auto before = clock.read();
  clock.oversleep = [](core::MonotonicTime) { return core::Nanoseconds{7}; };
  EXPECT_TRUE(clock.sleep_until(before.monotonic + seconds{2}));
  EXPECT_EQ(clock.now(), before.monotonic + seconds{2} + core::Nanoseconds{7});
  EXPECT_EQ(clock.read().wall - before.wall, seconds{2} + core::Nanoseconds{7});
}

TEST(FakeClockTest, ADeadlineInThePastDoesNotMoveIt) {
  FakeClock clock;
  const auto before = clock.now();
  EXPECT_TRUE(clock.sleep_until(before - seconds{1}));
  EXPECT_EQ(clock.now(), before);
}

TEST(FakeClockTest, AStepMovesTheWallClockAlone) {
  FakeClock clock;
  const auto before = clock.read();
  clock.step_wall(-seconds{3600});
  EXPECT_EQ(clock.read().monotonic, before.monotonic);
  EXPECT_EQ(clock.read().wall, before.wall - seconds{3600});
}

}  // namespace
}  // namespace isotherm::test
