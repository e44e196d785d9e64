#include "aggregate/window_timeline.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace isotherm::aggregate {
namespace {

using core::ClockState;
using core::MonotonicTime;
using core::Nanoseconds;
using core::WallTime;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::kNewYear;

// The fake clock begins at kNewYear; windows are of one second unless a test says otherwise.
class WindowTimelineTest : public ::testing::Test {
 protected:
  void start(Nanoseconds lead = Nanoseconds{0}) { timeline_.start(origin() + lead, clock_.read()); }
  void observe_after(Nanoseconds time) {
    clock_.advance(time);
    timeline_.observe(clock_.read());
  }
  // Of the windows below `count`: each begins where the one before it ends, and lasts some time.
  void expect_partition(std::uint64_t count) {
    for (std::uint64_t k = timeline_.first(); k < count; ++k) {
      const Window window = timeline_.window(k);
      EXPECT_LT(window.begin, window.end) << k;
      EXPECT_EQ(timeline_.window(k + 1).begin, window.end) << k;
      EXPECT_EQ(window.label.time_since_epoch() % seconds{1}, Nanoseconds{0}) << k;
    }
  }
  [[nodiscard]] static MonotonicTime origin() { return test::FakeClock{}.now(); }

  test::FakeClock clock_;
  WindowTimeline timeline_{seconds{1}};
};

TEST_F(WindowTimelineTest, AlignedOriginBeginsAWholeWindow) {
  start();
  EXPECT_EQ(timeline_.window(0).begin, origin());
  EXPECT_EQ(timeline_.window(0).end, origin() + seconds{1});
  EXPECT_EQ(timeline_.window(0).label, kNewYear);
  EXPECT_EQ(timeline_.window(5).begin, origin() + seconds{5});
  EXPECT_EQ(timeline_.window(5).label, kNewYear + seconds{5});
}

TEST_F(WindowTimelineTest, UnalignedOriginBeginsAPartialWindowWithTheLabelBeforeIt) {
  start(milliseconds{2300});
  EXPECT_EQ(timeline_.window(0).begin, origin() + milliseconds{2300});
  EXPECT_EQ(timeline_.window(0).end, origin() + seconds{3});
  EXPECT_EQ(timeline_.window(0).label, kNewYear + seconds{2});
  EXPECT_EQ(timeline_.window(1).label, kNewYear + seconds{3});
}

TEST_F(WindowTimelineTest, DayWindowsEndAtMidnightUtc) {
  timeline_ = WindowTimeline{hours{24}};
  clock_.step_wall(hours{15});
  start();
  EXPECT_EQ(timeline_.window(0).label, kNewYear);
  EXPECT_EQ(timeline_.window(0).end, origin() + hours{9});
  EXPECT_EQ(timeline_.window(1).label, kNewYear + hours{24});
  EXPECT_EQ(timeline_.window(1).end, origin() + hours{33});
}

TEST_F(WindowTimelineTest, LabelsAreAlignedBefore1970Too) {
  clock_.step_wall(-kNewYear.time_since_epoch() - milliseconds{1300});
  start();
  EXPECT_EQ(timeline_.window(0).label, WallTime{seconds{-2}});
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{300});
}

TEST_F(WindowTimelineTest, AStepBeforeTheOriginOnlyMovesTheFirstLabel) {
  start(seconds{1});
  clock_.step_wall(hours{2} + milliseconds{250});
  observe_after(milliseconds{500});
  EXPECT_EQ(timeline_.window(0).begin, origin() + seconds{1});
  EXPECT_EQ(timeline_.window(0).label, kNewYear + hours{2} + seconds{1});
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{1750});
  EXPECT_FALSE(timeline_.window(0).stepped);
}

TEST_F(WindowTimelineTest, ASmallChangeMovesTheEndAndKeepsLabelsConsecutive) {
  start();
  observe_after(milliseconds{500});
  clock_.step_wall(milliseconds{20});
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{980});
  EXPECT_EQ(timeline_.window(1).label, kNewYear + seconds{1});
  EXPECT_EQ(timeline_.window(1).end, origin() + milliseconds{1980});
  clock_.step_wall(milliseconds{-30});
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{1010});
  EXPECT_EQ(timeline_.state_of(timeline_.window(0)), ClockState::Synced);
  expect_partition(5);
}

TEST_F(WindowTimelineTest, ASmallChangeAcrossTheEndEndsTheWindowAtOnce) {
  start();
  observe_after(milliseconds{990});
  clock_.step_wall(milliseconds{15});
  observe_after(milliseconds{5});
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{995});
  EXPECT_EQ(timeline_.window(1).begin, origin() + milliseconds{995});
  EXPECT_EQ(timeline_.window(1).label, kNewYear + seconds{1});
  EXPECT_EQ(timeline_.window(1).end, origin() + milliseconds{1985});
  EXPECT_FALSE(timeline_.window(1).stepped);
}

TEST_F(WindowTimelineTest, SmallChangesInOneDirectionAddUpToAStep) {
  start();
  observe_after(milliseconds{100});
  clock_.step_wall(milliseconds{15});
  observe_after(milliseconds{100});
  EXPECT_FALSE(timeline_.window(0).stepped);
  clock_.step_wall(milliseconds{15});
  observe_after(milliseconds{100});
  EXPECT_TRUE(timeline_.window(0).stepped);
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{300});
  EXPECT_TRUE(timeline_.window(1).stepped);
}

TEST_F(WindowTimelineTest, SmallChangesFromWindowToWindowNeverEmptyOne) {
  timeline_ = WindowTimeline{kWindowMin};
  start();
  for (int i = 0; i < 400; ++i) {
    clock_.step_wall(milliseconds{i % 7 == 0 ? -20 : 20} / 2);
    observe_after(milliseconds{49});
  }
  for (std::uint64_t k = 0; k < 100; ++k) {
    EXPECT_GE(timeline_.window(k).end - timeline_.window(k).begin, milliseconds{1}) << k;
    EXPECT_EQ(timeline_.window(k + 1).begin, timeline_.window(k).end) << k;
  }
}

TEST_F(WindowTimelineTest, AStepForwardCutsTheWindowAndMarksBothSides) {
  start();
  observe_after(milliseconds{1400});
  clock_.step_wall(hours{5} + milliseconds{100});
  observe_after(milliseconds{100});
  const Window cut = timeline_.window(1);
  EXPECT_EQ(cut.begin, origin() + seconds{1});
  EXPECT_EQ(cut.end, origin() + milliseconds{1500});
  EXPECT_EQ(cut.label, kNewYear + seconds{1});
  const Window next = timeline_.window(2);
  EXPECT_EQ(next.begin, cut.end);
  EXPECT_EQ(next.label, kNewYear + hours{5} + seconds{1});
  EXPECT_EQ(next.end,
            origin() + milliseconds{1900});  // wall time reads .600 there, .000 at the end
  EXPECT_EQ(timeline_.window(3).label, kNewYear + hours{5} + seconds{2});
  EXPECT_EQ(timeline_.state_of(timeline_.window(0)), ClockState::Synced);
  EXPECT_EQ(timeline_.state_of(cut), ClockState::Stepped);
  EXPECT_EQ(timeline_.state_of(next), ClockState::Stepped);
  EXPECT_EQ(timeline_.state_of(timeline_.window(3)), ClockState::Synced);
}

TEST_F(WindowTimelineTest, AStepBackwardRepeatsLabelsButNoTime) {
  start();
  observe_after(milliseconds{3200});
  clock_.step_wall(-seconds{2});
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.window(3).end, origin() + milliseconds{3300});
  EXPECT_EQ(timeline_.window(4).label, kNewYear + seconds{1});
  EXPECT_EQ(timeline_.window(4).end, origin() + seconds{4});
  EXPECT_EQ(timeline_.window(5).label, kNewYear + seconds{2});
  expect_partition(8);
}

TEST_F(WindowTimelineTest, AStepDuringTheFirstWindowCutsIt) {
  start();
  clock_.step_wall(-hours{3});
  observe_after(milliseconds{10});
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{10});
  EXPECT_TRUE(timeline_.window(0).stepped);
  EXPECT_EQ(timeline_.window(1).label, kNewYear - hours{3});
  expect_partition(3);
}

TEST_F(WindowTimelineTest, AStepSeenAtAWindowsFirstInstantLeavesNoEmptyWindow) {
  start();
  observe_after(milliseconds{900});
  clock_.step_wall(hours{1});
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.window(0).end, origin() + seconds{1});
  EXPECT_FALSE(timeline_.window(0).stepped);
  EXPECT_EQ(timeline_.window(1).begin, origin() + seconds{1});
  EXPECT_EQ(timeline_.window(1).label, kNewYear + hours{1} + seconds{1});
  EXPECT_TRUE(timeline_.window(1).stepped);
  expect_partition(4);
}

TEST_F(WindowTimelineTest, SeveralStepsInOneSecondEachCut) {
  start();
  observe_after(milliseconds{100});
  clock_.step_wall(hours{7});
  observe_after(milliseconds{100});
  clock_.step_wall(-hours{9});
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.window(0).end, origin() + milliseconds{200});
  EXPECT_EQ(timeline_.window(1).end, origin() + milliseconds{300});
  EXPECT_EQ(timeline_.window(2).label, kNewYear - hours{2});
  for (std::uint64_t k = 0; k < 3; ++k) {
    EXPECT_TRUE(timeline_.window(k).stepped) << k;
  }
  EXPECT_FALSE(timeline_.window(3).stepped);
  expect_partition(6);
}

TEST_F(WindowTimelineTest, WindowsAskedForInAdvanceAreLaidOutAnewAfterAStep) {
  start();
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.window(9).label, kNewYear + seconds{9});
  clock_.step_wall(-hours{1});
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.window(9).label, kNewYear - hours{1} + seconds{8});
  EXPECT_FALSE(timeline_.window(9).stepped);
}

TEST_F(WindowTimelineTest, AStallLaysOutTheMissingWindowsAndPutsAStepAtItsEnd) {
  start();
  clock_.step_wall(hours{1});
  observe_after(milliseconds{4500});
  for (std::uint64_t k = 0; k < 4; ++k) {
    EXPECT_EQ(timeline_.window(k).end, origin() + seconds{k + 1});
    EXPECT_FALSE(timeline_.window(k).stepped);
  }
  EXPECT_EQ(timeline_.window(4).end, origin() + milliseconds{4500});
  EXPECT_TRUE(timeline_.window(4).stepped);
  EXPECT_EQ(timeline_.window(5).label, kNewYear + hours{1} + seconds{4});
}

TEST_F(WindowTimelineTest, TheStateIsThatOfTheLatestObservation) {
  start();
  clock_.set_synced(false);
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.state_of(timeline_.window(0)), ClockState::Unsynced);
  clock_.set_synced(true);
  observe_after(milliseconds{100});
  EXPECT_EQ(timeline_.state_of(timeline_.window(0)), ClockState::Synced);
}

// As timesyncd does it: the kernel steps the clock and vouches for it in one call.
TEST_F(WindowTimelineTest, WhatEndedBeforeAStepIsNotVouchedForByIt) {
  clock_.set_synced(false);
  start();
  observe_after(milliseconds{2980});
  clock_.step_wall(hours{5});
  clock_.set_synced(true);
  observe_after(milliseconds{50});
  for (const std::uint64_t ended : {0U, 1U, 2U}) {
    EXPECT_EQ(timeline_.state_of(timeline_.window(ended)), ClockState::Unsynced) << ended;
  }
  EXPECT_EQ(timeline_.state_of(timeline_.window(3)), ClockState::Stepped);
  EXPECT_EQ(timeline_.state_of(timeline_.window(4)), ClockState::Stepped);
  EXPECT_EQ(timeline_.state_of(timeline_.window(5)), ClockState::Synced);
  observe_after(seconds{3});  // nor by what comes later
  EXPECT_EQ(timeline_.state_of(timeline_.window(2)), ClockState::Unsynced);
  EXPECT_EQ(timeline_.state_of(timeline_.window(5)), ClockState::Synced);
}

TEST_F(WindowTimelineTest, DiscardingKeepsNumbersAndThePresentWindow) {
  start();
  observe_after(milliseconds{5500});
  const Window third = timeline_.window(3);
  timeline_.discard_before(3);
  EXPECT_EQ(timeline_.first(), 3U);
  EXPECT_EQ(timeline_.window(3).begin, third.begin);
  timeline_.discard_before(100);
  EXPECT_EQ(timeline_.first(), 5U);
  EXPECT_EQ(timeline_.window(5).label, kNewYear + seconds{5});
  observe_after(seconds{1});
  EXPECT_EQ(timeline_.window(6).label, kNewYear + seconds{6});
}

}  // namespace
}  // namespace isotherm::aggregate
