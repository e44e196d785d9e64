#include "aggregate/clock_watch.hpp"

#include <gtest/gtest.h>

namespace isotherm::aggregate {
namespace {

using namespace std::chrono_literals;
using Kind = ClockChange::Kind;

constexpr core::WallTime kNoon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h};

core::ClockReading at(core::Nanoseconds monotonic, core::WallTime wall, bool synced = true) {
  return {core::MonotonicTime{monotonic}, wall, synced};
}

TEST(ClockWatch, SaysNothingWhileBothClocksGoOnTogether) {
  ClockWatch watch(at(10s, kNoon), 0s);
  EXPECT_TRUE(watch.observe(at(11s, kNoon + 1s), 0s).empty());
  EXPECT_TRUE(watch.observe(at(3611s, kNoon + 1h + 1s + 19ms), 0s).empty());
}

TEST(ClockWatch, TellsAStepOnceWithItsSize) {
  ClockWatch watch(at(10s, kNoon), 0s);
  const auto changes = watch.observe(at(11s, kNoon + 1s - 3min), 0s);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, Kind::Stepped);
  EXPECT_EQ(changes[0].size, -3min);
  EXPECT_EQ(changes[0].reading.wall, kNoon + 1s - 3min);
  EXPECT_TRUE(watch.observe(at(12s, kNoon + 2s - 3min), 0s).empty());
}

TEST(ClockWatch, ManySmallStepsAreToldWhenTheyAddUp) {
  ClockWatch watch(at(10s, kNoon), 0s);
  EXPECT_TRUE(watch.observe(at(11s, kNoon + 1s + 15ms), 0s).empty());
  const auto changes = watch.observe(at(12s, kNoon + 2s + 30ms), 0s);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].size, 30ms);
}

TEST(ClockWatch, AStepFrom1970ComesBeforeTheSynchronisation) {
  ClockWatch watch(at(10s, core::WallTime{20s}, false), 0s);
  const auto changes = watch.observe(at(11s, kNoon), 0s);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].kind, Kind::Stepped);
  EXPECT_EQ(changes[0].size, kNoon - core::WallTime{21s});
  EXPECT_EQ(changes[1].kind, Kind::Synchronised);
  EXPECT_EQ(changes[1].reading.monotonic, core::MonotonicTime{11s});
}

TEST(ClockWatch, LosingTheSynchronisationIsToldToo) {
  ClockWatch watch(at(10s, kNoon), 0s);
  const auto lost = watch.observe(at(11s, kNoon + 1s, false), 0s);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].kind, Kind::Unsynchronised);
  EXPECT_EQ(watch.observe(at(12s, kNoon + 2s), 0s).at(0).kind, Kind::Synchronised);
}

TEST(ClockWatch, ASuspendIsNoStep) {
  ClockWatch watch(at(10s, kNoon), 5s);
  const auto changes = watch.observe(at(11s, kNoon + 1s + 2h), 2h + 5s);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, Kind::Suspended);
  EXPECT_EQ(changes[0].size, 2h);
}

TEST(ClockWatch, AStepDuringASuspendIsToldWithItsOwnSize) {
  ClockWatch watch(at(10s, kNoon), 0s);
  const auto changes = watch.observe(at(11s, kNoon + 1s + 2h + 1min), 2h);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[1].kind, Kind::Stepped);
  EXPECT_EQ(changes[1].size, 1min);
}

TEST(ClockWatch, ASecondAtTheEndOfAHalfYearIsALeapSecond) {
  constexpr core::WallTime kMidnight{std::chrono::sys_days{std::chrono::year{2017} / 1 / 1}};
  ClockWatch watch(at(10s, kMidnight - 500ms), 0s);
  const auto changes = watch.observe(at(11s, kMidnight - 500ms), 0s);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, Kind::Leap);
  EXPECT_EQ(changes[0].size, -1s);
}

TEST(ClockWatch, ASecondAtAnotherTimeAndAMinuteAtMidnightAreSteps) {
  constexpr core::WallTime kMidnight{std::chrono::sys_days{std::chrono::year{2017} / 1 / 1}};
  ClockWatch noon(at(10s, kNoon), 0s);
  EXPECT_EQ(noon.observe(at(11s, kNoon), 0s).at(0).kind, Kind::Stepped);
  ClockWatch midnight(at(10s, kMidnight), 0s);
  EXPECT_EQ(midnight.observe(at(11s, kMidnight - 59s), 0s).at(0).kind, Kind::Stepped);
  constexpr core::WallTime kMay{std::chrono::sys_days{std::chrono::year{2017} / 5 / 1}};
  ClockWatch may(at(10s, kMay), 0s);
  EXPECT_EQ(may.observe(at(11s, kMay), 0s).at(0).kind, Kind::Stepped);
}

}  // namespace
}  // namespace isotherm::aggregate
