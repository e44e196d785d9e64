// What the wall clock may do while a station runs: no slot is lost, doubled or misordered.
#include <gtest/gtest.h>

#include "aggregate/simulated_station.hpp"

namespace isotherm::aggregate {
namespace {

using core::ClockState;
using core::Nanoseconds;
using core::SlotCounts;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::kNewYear;
using test::SimulatedStation;

class AggregatorClockTest : public ::testing::Test {
 protected:
  // A station at 100 Hz whose clock is stepped at 2.4 s and which ends at 6 s. Ticks are each 50
  // ms.
  void run_with_step(Nanoseconds step) {
    station_.add("a", milliseconds{10}, {1, 3});
    station_.start();
    station_.run_for(milliseconds{2400});
    station_.clock.step_wall(step);
    station_.run_for(milliseconds{3600});
    station_.finish();
    station_.expect_exact_account();
  }
  // The rows are in order of monotonic time, each sensor's slots all there.
  [[nodiscard]] std::uint64_t scheduled() const {
    std::uint64_t sum = 0;
    for (const core::Row& row : station_.sink.of("a0")) {
      sum += row.counts.scheduled;
    }
    return sum;
  }

  SimulatedStation station_{seconds{1}};
};

TEST_F(AggregatorClockTest, AStepForwardByHoursCutsOneWindow) {
  run_with_step(hours{5} + milliseconds{250});
  const auto rows = station_.sink.of("a0");
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_EQ(rows[2].time, kNewYear + seconds{2});
  EXPECT_EQ(rows[2].counts.scheduled, 40U);
  EXPECT_EQ(rows[3].time, kNewYear + hours{5} + seconds{2});
  EXPECT_EQ(rows[3].uptime, station_.origin.time_since_epoch() + milliseconds{2400});
  EXPECT_EQ(rows[3].counts.scheduled, 35U);
  EXPECT_EQ(rows[4].time, kNewYear + hours{5} + seconds{3});
  EXPECT_EQ(rows[4].counts.scheduled, 100U);
  EXPECT_EQ(rows[1].clock, ClockState::Synced);
  EXPECT_EQ(rows[2].clock, ClockState::Stepped);
  EXPECT_EQ(rows[3].clock, ClockState::Stepped);
  EXPECT_EQ(rows[4].clock, ClockState::Synced);
  EXPECT_EQ(scheduled(), 600U);
}

TEST_F(AggregatorClockTest, AStepBackwardByHoursCutsOneWindow) {
  run_with_step(-hours{30});
  const auto rows = station_.sink.of("a0");
  ASSERT_EQ(rows.size(), 7U);
  EXPECT_EQ(rows[3].time, kNewYear - hours{30} + seconds{2});
  EXPECT_EQ(rows[3].counts.scheduled, 60U);
  EXPECT_EQ(rows[3].clock, ClockState::Stepped);
  EXPECT_EQ(scheduled(), 600U);
}

TEST_F(AggregatorClockTest, AStepBackwardWithinTheWindowRepeatsItsLabelOnly) {
  run_with_step(-milliseconds{300});
  const auto rows = station_.sink.of("a0");
  ASSERT_EQ(rows.size(), 7U);
  EXPECT_EQ(rows[2].time, rows[3].time);
  EXPECT_LT(rows[2].uptime, rows[3].uptime);
  EXPECT_EQ(rows[2].counts.scheduled + rows[3].counts.scheduled, 130U);
  EXPECT_EQ(scheduled(), 600U);
}

TEST_F(AggregatorClockTest, ATinyStepOnlyMovesTheNextEnd) {
  run_with_step(milliseconds{15});
  const auto rows = station_.sink.of("a0");
  ASSERT_EQ(rows.size(), 7U);
  EXPECT_EQ(rows[2].counts.scheduled, 99U);  // up to 2.985 s
  EXPECT_EQ(rows[6].counts.scheduled, 1U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].time, kNewYear + seconds{i});
    EXPECT_EQ(rows[i].clock, ClockState::Synced);
  }
}

TEST_F(AggregatorClockTest, AStepDuringTheFirstWindowMarksIt) {
  station_.add("a", milliseconds{10}, {1});
  station_.start(milliseconds{200});
  station_.run_for(milliseconds{600});
  station_.clock.step_wall(-hours{1});
  station_.run_for(seconds{2});
  station_.finish();
  station_.expect_exact_account();
  const auto rows = station_.sink.of("a0");
  ASSERT_GE(rows.size(), 3U);
  EXPECT_EQ(rows[0].time, kNewYear);
  EXPECT_EQ(rows[0].clock, ClockState::Stepped);
  EXPECT_EQ(rows[1].time, kNewYear - hours{1});
}

TEST_F(AggregatorClockTest, SeveralStepsInOneWindowEachCut) {
  station_.add("a", milliseconds{10}, {1, 7});
  station_.start();
  for (const Nanoseconds step : {Nanoseconds{hours{1}}, Nanoseconds{-hours{2}},
                                 Nanoseconds{seconds{-1}}, Nanoseconds{milliseconds{700}}}) {
    station_.run_for(milliseconds{120});
    station_.clock.step_wall(step);
  }
  station_.run_for(seconds{3});
  station_.finish();
  station_.expect_exact_account();
}

TEST_F(AggregatorClockTest, AStepDuringAStallOfHousekeepingLosesNothing) {
  station_.add("a", milliseconds{10}, {1, 3});
  station_.start();
  station_.run_for(milliseconds{1500});
  station_.stalled = true;
  station_.run_for(milliseconds{2200});
  station_.clock.step_wall(-hours{12});
  station_.run_for(milliseconds{2100});
  station_.stalled = false;
  station_.run_for(seconds{2});
  station_.finish();
  station_.expect_exact_account();
  const auto rows = station_.sink.of("a0");
  ASSERT_GE(rows.size(), 8U);
  EXPECT_EQ(rows[4].clock, ClockState::Synced);  // 4.0 to 5.0 s: seen to step at 5.8 s
  EXPECT_EQ(rows[5].clock, ClockState::Stepped);
  EXPECT_EQ(rows[5].counts.scheduled, 80U);
  EXPECT_EQ(rows[6].clock, ClockState::Stepped);
}

// The aggregator is interrupted between its look at the clocks and emptying the ring: samples open
// a window that begins after that look. Then the clock steps.
TEST_F(AggregatorClockTest, AStepAfterSamplesHaveOpenedTheNextWindowLosesNothing) {
  auto& reader = station_.add("a", milliseconds{10}, {1, 3});
  station_.start();
  station_.run_for(milliseconds{995});
  station_.after_clock_read = [this, &reader] {
    while (reader.next_slot() < 110) {
      station_.clock.sleep_until(reader.time_of(station_.origin, reader.next_slot()));
      reader.run_slot();
    }
  };
  station_.tick();
  EXPECT_TRUE(station_.sink.rows.empty());
  station_.after_clock_read = nullptr;
  station_.clock.step_wall(-hours{1});
  station_.run_for(seconds{2});
  station_.finish();
  station_.expect_exact_account();
  const auto rows = station_.sink.of("a0");
  ASSERT_GE(rows.size(), 3U);
  EXPECT_EQ(rows[0].counts, (SlotCounts{100, 100, 0, 0, 0}));
  EXPECT_EQ(rows[1].time, kNewYear + seconds{1});
  EXPECT_EQ(rows[1].clock, ClockState::Stepped);
  EXPECT_EQ(rows[1].counts.scheduled, 10U);  // 1.00 to 1.09 s
}

TEST_F(AggregatorClockTest, AnUnsynchronisedClockIsSaidSoFromTheNextRowOn) {
  station_.add("a", milliseconds{10}, {1});
  station_.start();
  station_.run_for(milliseconds{1500});
  station_.clock.set_synced(false);
  station_.run_for(seconds{1});
  station_.clock.set_synced(true);
  station_.run_for(seconds{1});
  station_.finish();
  const auto rows = station_.sink.of("a0");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].clock, ClockState::Synced);
  EXPECT_EQ(rows[1].clock, ClockState::Unsynced);
  EXPECT_EQ(rows[2].clock, ClockState::Synced);
}

}  // namespace
}  // namespace isotherm::aggregate
