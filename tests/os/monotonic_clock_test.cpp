#include "os/monotonic_clock.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <chrono>

#include "os/timespec.hpp"

namespace isotherm::os {
namespace {

using std::chrono::hours;

core::MonotonicTime kernel_now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return core::MonotonicTime{std::chrono::seconds{time.tv_sec} +
                             std::chrono::nanoseconds{time.tv_nsec}};
}

TEST(MonotonicClockTest, NowIsTheKernelsMonotonicClock) {
  const MonotonicClock clock;
  const auto before = kernel_now();
  const auto now = clock.now();
  const auto after = kernel_now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, after);
}

TEST(MonotonicClockTest, SleepEndsAtItsDeadlineOrLater) {
  const MonotonicClock clock;
  const auto deadline = clock.now() + std::chrono::milliseconds{1};
  EXPECT_TRUE(clock.sleep_until(deadline));
  EXPECT_GE(clock.now(), deadline);
}

TEST(MonotonicClockTest, DeadlinesThatHavePassedReturnAtOnce) {
  const MonotonicClock clock;
  EXPECT_TRUE(clock.sleep_until(clock.now() - hours{1}));
  EXPECT_TRUE(clock.sleep_until(core::MonotonicTime{}));
}

TEST(MonotonicClockTest, DeadlineBeforeTheClocksBeginningReturnsAtOnce) {
  const MonotonicClock clock;
  EXPECT_TRUE(clock.sleep_until(core::MonotonicTime{-hours{1}}));
  EXPECT_TRUE(clock.sleep_until(core::MonotonicTime::min()));
}

TEST(TimespecTest, NanosecondsSplitIntoSecondsAndRest) {
  const timespec time = to_timespec(core::Nanoseconds{3'000'000'007});
  EXPECT_EQ(time.tv_sec, 3);
  EXPECT_EQ(time.tv_nsec, 7);
  const timespec last = to_timespec(core::Nanoseconds{1'999'999'999});
  EXPECT_EQ(last.tv_sec, 1);
  EXPECT_EQ(last.tv_nsec, 999'999'999);
}

TEST(TimespecTest, SecondsAndRestJoinToNanoseconds) {
  timespec time{};
  time.tv_sec = 5;
  time.tv_nsec = 250'000'001;
  EXPECT_EQ(from_timespec(time).count(), 5'250'000'001);
}

}  // namespace
}  // namespace isotherm::os
