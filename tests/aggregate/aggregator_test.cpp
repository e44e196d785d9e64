#include "aggregate/aggregator.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "aggregate/simulated_station.hpp"

namespace isotherm::aggregate {
namespace {

using core::ClockState;
using core::Nanoseconds;
using core::SlotCounts;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::kNewYear;
using test::SimulatedReader;
using test::SimulatedStation;
using test::SlotPlan;

SlotPlan good(double value) { return {false, core::Fault::None, value, Nanoseconds{0}}; }
SlotPlan faulty(core::Fault fault) { return {false, fault, 0.0, Nanoseconds{0}}; }
SlotPlan missed() { return {true, core::Fault::None, 0.0, Nanoseconds{0}}; }

TEST(AggregatorTest, EachWindowOfEachSensorGivesOneRow) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{1}, {1, 1});
  station.start();
  station.run_for(seconds{3});
  station.finish();
  ASSERT_EQ(station.sink.rows.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    const core::Row& row = station.sink.rows[i];
    EXPECT_EQ(row.sensor, i % 2 == 0 ? "a0" : "a1");
    EXPECT_EQ(row.unit, "degC");
    EXPECT_EQ(row.time, kNewYear + seconds{i / 2});
    EXPECT_EQ(row.uptime, station.origin.time_since_epoch() + seconds{i / 2});
    EXPECT_EQ(row.counts, (SlotCounts{1000, 1000, 0, 0, 0}));
    EXPECT_EQ(row.clock, ClockState::Synced);
    EXPECT_EQ(row.merged_rows, 0U);
  }
  station.expect_exact_account();
}

TEST(AggregatorTest, ARowComesOnceItsWindowIsOverAndNotBefore) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{10}, {1});
  station.tick_interval = milliseconds{10};
  station.start();
  station.run_for(milliseconds{995});
  EXPECT_TRUE(station.sink.rows.empty());
  station.run_for(milliseconds{10});
  EXPECT_EQ(station.sink.rows.size(), 1U);
}

TEST(AggregatorTest, StatisticsAndLatenessAreThoseOfTheSamples) {
  SimulatedStation station{milliseconds{500}};
  station.add("a", milliseconds{2}, {1, 3}).plan = [](std::uint64_t slot, std::size_t) {
    return SlotPlan{false, core::Fault::None, 20.0 + std::sin(static_cast<double>(slot)),
                    std::chrono::microseconds{slot * 7919 % 1000}};
  };
  station.start();
  station.run_for(seconds{2});
  station.finish();
  station.expect_exact_account();
}

TEST(AggregatorTest, FaultsAreCountedByReasonInTheirWindow) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{10}, {1}).plan = [](std::uint64_t slot, std::size_t) {
    return slot >= 150 && slot < 153 ? faulty(core::Fault::Crc)
           : slot == 160             ? faulty(core::Fault::Timeout)
                                     : good(20.0);
  };
  station.start();
  station.run_for(seconds{3});
  station.finish();
  const auto rows = station.sink.of("a0");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].counts, (SlotCounts{100, 96, 4, 0, 0}));
  EXPECT_EQ(rows[1].faults[core::index_of(core::Fault::Crc)], 3U);
  EXPECT_EQ(rows[1].faults[core::index_of(core::Fault::Timeout)], 1U);
  EXPECT_EQ(rows[0].faults, core::FaultCounts{});
  station.expect_exact_account();
}

TEST(AggregatorTest, AWindowWithoutAGoodSampleStillHasARow) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{10}, {1}).plan = [](std::uint64_t slot, std::size_t) {
    return slot / 100 == 1 ? faulty(core::Fault::Absent) : slot / 100 == 2 ? missed() : good(20.0);
  };
  station.start();
  station.run_for(seconds{4});
  station.finish();
  const auto rows = station.sink.of("a0");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1].counts, (SlotCounts{100, 0, 100, 0, 0}));
  EXPECT_FALSE(rows[1].statistics.has_value());
  EXPECT_TRUE(rows[1].lateness.has_value());
  EXPECT_EQ(rows[2].counts, (SlotCounts{100, 0, 0, 100, 0}));
  EXPECT_FALSE(rows[2].statistics.has_value());
  EXPECT_FALSE(rows[2].lateness.has_value());
  station.expect_exact_account();
}

TEST(AggregatorTest, ASmallRingDropsAndTheRowsSaySo) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{1}, {1}, 16);
  station.tick_interval = milliseconds{64};
  station.start();
  station.run_for(seconds{3});
  station.finish();
  station.expect_exact_account();
  const SlotCounts counts = station.aggregator->totals()[0][0].counts;
  EXPECT_GT(counts.dropped, 2000U);
  EXPECT_EQ(counts.missed, 0U);
  EXPECT_EQ(counts.dropped, station.readers[0]->counters.sensors[0].dropped.load());
}

TEST(AggregatorTest, MissesAndDropsOfOneGapAreToldApart) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{1}, {1, 2}, 16).plan = [](std::uint64_t slot, std::size_t) {
    return slot % 3 == 1 ? missed() : good(20.0);
  };
  station.tick_interval = milliseconds{64};
  station.start();
  station.run_for(seconds{3});
  station.finish();
  station.expect_exact_account();
  for (std::size_t sensor = 0; sensor < 2; ++sensor) {
    const SlotCounts counts = station.aggregator->totals()[0][sensor].counts;
    const core::SensorCounters& counters = station.readers[0]->counters.sensors[sensor];
    EXPECT_EQ(counts.missed, counters.missed.load());
    EXPECT_EQ(counts.dropped, counters.dropped.load());
    EXPECT_EQ(counts.good, counters.good.load());
  }
}

TEST(AggregatorTest, ASlowSensorHasRowsWithNothingScheduled) {
  SimulatedStation station{milliseconds{500}};
  station.add("a", milliseconds{100}, {1, 20});
  station.start();
  station.run_for(seconds{4});
  station.finish();
  const auto rows = station.sink.of("a1");
  ASSERT_EQ(rows.size(), 8U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].counts.scheduled, i % 4 == 0 ? 1U : 0U) << i;
  }
  station.expect_exact_account();
}

// Its next slot is known long before its windows are over, and their rows must not come early.
TEST(AggregatorTest, AReaderSlowerThanTheWindowGetsItsRowsInTime) {
  SimulatedStation station{seconds{1}};
  station.add("a", seconds{10}, {1});
  station.start();
  station.run_for(milliseconds{20'500});
  EXPECT_EQ(station.sink.rows.size(), 20U);
  station.run_for(seconds{5});
  EXPECT_EQ(station.sink.rows.size(), 25U);
  station.finish();
  const auto rows = station.sink.of("a0");
  EXPECT_EQ(rows.size(), 25U);  // the window from 25 s on holds no slot, and is not over
  station.expect_exact_account();
}

TEST(AggregatorTest, AnUnalignedOriginGivesAPartialFirstWindow) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{10}, {1});
  station.clock.advance(milliseconds{730});
  station.start(milliseconds{20});
  station.run_for(seconds{2});
  station.finish();
  const auto rows = station.sink.of("a0");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].time, kNewYear);
  EXPECT_EQ(rows[0].uptime, station.origin.time_since_epoch());
  EXPECT_EQ(rows[0].counts.scheduled, 25U);
  EXPECT_EQ(rows[1].time, kNewYear + seconds{1});
  EXPECT_EQ(rows[1].counts.scheduled, 100U);
  EXPECT_EQ(rows[2].counts.scheduled, 73U);  // it ends at .73 of a second
  station.expect_exact_account();
}

TEST(AggregatorTest, ThePartialLastWindowSchedulesOnlyWhatWasReached) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{10}, {1, 7});
  station.start();
  station.run_for(milliseconds{1234});
  station.finish();
  ASSERT_EQ(station.sink.rows.size(), 4U);
  EXPECT_EQ(station.sink.of("a0")[1].counts, (SlotCounts{24, 24, 0, 0, 0}));  // 1.00 to 1.23
  EXPECT_EQ(station.sink.of("a1")[1].counts, (SlotCounts{3, 3, 0, 0, 0}));    // 105, 112, 119
  station.expect_exact_account();
}

TEST(AggregatorTest, ARunWithoutASlotHasNoRow) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{10}, {1});
  station.start(seconds{5});
  station.run_for(seconds{4});
  station.finish();
  EXPECT_TRUE(station.sink.rows.empty());
}

TEST(AggregatorTest, MissesAtTheVeryEndAreCounted) {
  SimulatedStation station{seconds{1}};
  station.add("a", milliseconds{10}, {1}).plan = [](std::uint64_t slot, std::size_t) {
    return slot >= 95 ? missed() : good(20.0);
  };
  station.start();
  station.run_for(milliseconds{1100});
  station.finish();
  const auto rows = station.sink.of("a0");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].counts, (SlotCounts{100, 95, 0, 5, 0}));
  EXPECT_EQ(rows[1].counts, (SlotCounts{10, 0, 0, 10, 0}));
  station.expect_exact_account();
}

TEST(AggregatorTest, AStallOfHousekeepingDelaysRowsButChangesNothingInThem) {
  SimulatedStation station{milliseconds{200}};
  station.add("a", milliseconds{5}, {1, 3}, 8192);
  station.start();
  station.run_for(milliseconds{350});
  station.stalled = true;
  station.run_for(seconds{10});
  EXPECT_EQ(station.sink.rows.size(), 2U);
  station.stalled = false;
  station.run_for(seconds{1});
  station.finish();
  EXPECT_EQ(station.sink.of("a0").size(), 57U);
  EXPECT_EQ(station.aggregator->totals()[0][0].counts.dropped, 0U);
  station.expect_exact_account();
}

TEST(AggregatorTest, AStallThatOverflowsTheRingIsExactInEveryWindow) {
  SimulatedStation station{milliseconds{200}};
  station.add("a", milliseconds{5}, {1, 3}, 100);
  station.start();
  station.run_for(milliseconds{350});
  station.stalled = true;
  station.run_for(seconds{10});
  station.stalled = false;
  station.run_for(seconds{1});
  station.finish();
  const auto rows = station.sink.of("a0");
  ASSERT_EQ(rows.size(), 57U);
  EXPECT_EQ(rows[30].counts, (SlotCounts{40, 0, 0, 0, 40}));
  station.expect_exact_account();
}

TEST(AggregatorTest, ALaggingReaderHoldsUpOnlyItsOwnRows) {
  SimulatedStation station{seconds{1}};
  SimulatedReader& stuck = station.add("stuck", milliseconds{10}, {1});
  station.add("well", milliseconds{10}, {1});
  station.start();
  station.run_for(milliseconds{1500});
  stuck.paused = true;
  station.run_for(seconds{4});
  EXPECT_EQ(station.sink.of("stuck0").size(), 1U);
  EXPECT_EQ(station.sink.of("well0").size(), 5U);
  // It comes back: the slots that passed meanwhile are missed.
  const std::uint64_t back_at = stuck.next_slot() + 395;
  stuck.plan = [back_at](std::uint64_t slot, std::size_t) {
    return slot < back_at ? missed() : good(20.0);
  };
  stuck.paused = false;
  station.run_for(seconds{1});
  station.finish();
  EXPECT_EQ(station.sink.of("stuck0").size(), 7U);
  station.expect_exact_account();
}

// The window's end has passed, but its last slot is still being read.
TEST(AggregatorTest, AWindowWaitsForASlotThatIsReadLate) {
  SimulatedStation station{seconds{1}};
  SimulatedReader& reader = station.add("a", milliseconds{10}, {1, 3});
  station.start();
  station.run_for(milliseconds{985});
  reader.paused = true;
  station.run_for(milliseconds{300});
  EXPECT_EQ(reader.next_slot(), 99U);
  EXPECT_TRUE(station.sink.rows.empty());
  reader.plan = [](std::uint64_t slot, std::size_t) {
    return slot > 99 && slot < 129 ? missed() : good(20.0);
  };
  reader.paused = false;
  station.run_for(seconds{1});
  station.finish();
  EXPECT_EQ(station.sink.of("a0")[0].counts, (SlotCounts{100, 100, 0, 0, 0}));
  station.expect_exact_account();
}

TEST(AggregatorTest, AReaderThatEndsEarlyGivesNoMoreRows) {
  SimulatedStation station{seconds{1}};
  SimulatedReader& early = station.add("early", milliseconds{10}, {1, 2});
  station.add("other", milliseconds{10}, {1});
  station.start();
  station.run_for(milliseconds{2500});
  early.paused = true;
  early.set_finished();
  station.run_for(seconds{3});
  station.finish();
  const auto rows = station.sink.of("early0");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2].counts, (SlotCounts{50, 50, 0, 0, 0}));
  EXPECT_EQ(station.sink.of("early1").size(), 3U);
  EXPECT_EQ(station.sink.of("other0").size(), 6U);
  station.expect_exact_account();
}

// After a crash: the reader pushed some sensors' samples of a slot and never came back.
TEST(AggregatorTest, AReaderLeftInTheMidstOfASlotIsAccountedForUpToThere) {
  for (const auto ran_for : {milliseconds{1500}, milliseconds{2000}}) {
    SimulatedStation station{seconds{1}};
    SimulatedReader& reader = station.add("a", milliseconds{10}, {1, 1, 1});
    station.start();
    station.run_for(ran_for);
    reader.run_sensors(2);
    station.aggregator->finish();
    const auto totals = station.aggregator->totals()[0];
    const std::uint64_t slots = reader.next_slot();
    EXPECT_EQ(totals[0].counts, (SlotCounts{slots + 1, slots + 1, 0, 0, 0}));
    EXPECT_EQ(totals[1].counts, (SlotCounts{slots + 1, slots + 1, 0, 0, 0}));
    EXPECT_EQ(totals[2].counts, (SlotCounts{slots, slots, 0, 0, 0}));
    EXPECT_EQ(totals[0].rows, totals[2].rows);
    station.expect_exact_account();
  }
}

TEST(AggregatorTest, ReadersOfDifferentRatesShareTheWindows) {
  SimulatedStation station{milliseconds{100}};
  station.add("fast", milliseconds{1}, {1, 10});
  station.add("odd", milliseconds{7}, {1, 2, 3});
  station.add("slow", milliseconds{250}, {1});
  station.clock.advance(milliseconds{33});
  station.start(milliseconds{3});
  station.run_for(seconds{3});
  station.finish();
  station.expect_exact_account();
  const auto fast = station.sink.of("fast1");
  const auto odd = station.sink.of("odd2");
  ASSERT_EQ(fast.size(), odd.size());
  for (std::size_t i = 0; i < fast.size(); ++i) {
    EXPECT_EQ(fast[i].uptime, odd[i].uptime);
    EXPECT_EQ(fast[i].time, odd[i].time);
  }
}

TEST(AggregatorTest, LatestIsWhatWasReadLastBeforeAnyRow) {
  SimulatedStation station{std::chrono::hours{1}};
  station.add("a", milliseconds{10}, {1, 100}).plan = [](std::uint64_t slot, std::size_t) {
    return slot == 42 ? faulty(core::Fault::Nack) : good(static_cast<double>(slot));
  };
  station.start();
  station.run_for(milliseconds{10});
  station.run_for(milliseconds{415});
  station.tick();
  const auto latest = station.aggregator->latest();
  EXPECT_EQ(latest[0][0]->fault, core::Fault::Nack);
  EXPECT_EQ(latest[0][0]->slot, 42U);
  EXPECT_EQ(latest[0][1]->value, 0.0);
  EXPECT_TRUE(station.sink.rows.empty());
}

}  // namespace
}  // namespace isotherm::aggregate
