#include "os/clock_sandwich.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace isotherm::os {
namespace {

using core::MonotonicTime;
using core::Nanoseconds;

ClockSandwich sandwich(std::int64_t before_ns, std::int64_t other_ns, std::int64_t after_ns) {
  return {MonotonicTime{Nanoseconds{before_ns}}, Nanoseconds{other_ns},
          MonotonicTime{Nanoseconds{after_ns}}};
}

TEST(ClockSandwichTest, TightestSandwichIsTakenWithTheMiddleOfItsSlices) {
  const std::array tries = {sandwich(1000, 501'000, 3000), sandwich(4000, 504'020, 4040),
                            sandwich(5000, 505'500, 6000)};
  const ClockSandwich best = tightest(tries);
  EXPECT_EQ(best.middle().time_since_epoch().count(), 4020);
  EXPECT_EQ(best.other.count(), 504'020);
}

TEST(ClockSandwichTest, SingleSandwichIsTakenAsItIs) {
  const std::array tries = {sandwich(10, 99, 20)};
  const ClockSandwich best = tightest(tries);
  EXPECT_EQ(best.middle().time_since_epoch().count(), 15);
  EXPECT_EQ(best.other.count(), 99);
}

TEST(ClockSandwichTest, OfEquallyTightOnesTheFirstIsTaken) {
  const std::array tries = {sandwich(10, 1, 20), sandwich(30, 2, 40)};
  EXPECT_EQ(tightest(tries).other.count(), 1);
}

TEST(ClockSandwichTest, MonotonicClockReadBetweenItselfLiesBetween) {
  const ClockSandwich reading = read_sandwich(CLOCK_MONOTONIC, 3);
  EXPECT_LE(reading.before.time_since_epoch(), reading.other);
  EXPECT_LE(reading.other, reading.after.time_since_epoch());
}

}  // namespace
}  // namespace isotherm::os
