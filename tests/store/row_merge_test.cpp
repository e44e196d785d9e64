#include "store/row_merge.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "store/rows.hpp"

namespace isotherm::store {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// The row of a window with these good readings: textbook formulas in long double, two passes.
core::Row row_of(const std::vector<double>& readings) {
  auto row = test::make_row("inlet", 0);
  row.counts = {readings.size(), readings.size(), 0, 0, 0};
  row.statistics.reset();
  if (readings.empty()) {
    return row;
  }
  long double sum = 0;
  for (const double reading : readings) {
    sum += reading;
  }
  const long double mean = sum / static_cast<long double>(readings.size());
  long double squares = 0;
  core::WindowStatistics statistics{readings[0], static_cast<double>(mean), readings[0], {}, 0};
  for (const double reading : readings) {
    squares += (reading - mean) * (reading - mean);
    statistics.min = std::min(statistics.min, reading);
    statistics.max = std::max(statistics.max, reading);
  }
  if (readings.size() > 1) {
    statistics.stddev =
        static_cast<double>(std::sqrt(squares / static_cast<long double>(readings.size() - 1)));
  }
  statistics.last = readings.back();
  row.statistics = statistics;
  return row;
}

void expect_same_statistics(const core::Row& row, const core::Row& expected) {
  ASSERT_TRUE(row.statistics && expected.statistics);
  EXPECT_EQ(row.statistics->min, expected.statistics->min);
  EXPECT_EQ(row.statistics->max, expected.statistics->max);
  EXPECT_EQ(row.statistics->last, expected.statistics->last);
  EXPECT_DOUBLE_EQ(row.statistics->mean, expected.statistics->mean);
  ASSERT_EQ(row.statistics->stddev.has_value(), expected.statistics->stddev.has_value());
  if (row.statistics->stddev) {
    EXPECT_NEAR(*row.statistics->stddev, *expected.statistics->stddev,
                1e-9 * *expected.statistics->stddev);
  }
}

TEST(RowMergeTest, StatisticsAreThoseOfAllReadingsTogether) {
  auto row = row_of({20.0, 22.0, 21.5});
  merge_into(row, row_of({-5.0, 40.25}));
  merge_into(row, row_of({19.0}));
  expect_same_statistics(row, row_of({20.0, 22.0, 21.5, -5.0, 40.25, 19.0}));
}

TEST(RowMergeTest, TwoSingleReadingsHaveADeviation) {
  auto row = row_of({20.0});
  merge_into(row, row_of({21.0}));
  // Sample standard deviation of two values one apart: sqrt(1/2).
  EXPECT_DOUBLE_EQ(row.statistics->stddev.value(), 0.70710678118654752);
}

TEST(RowMergeTest, WindowsWithoutGoodReadingsChangeNoStatistics) {
  auto row = row_of({});
  merge_into(row, row_of({20.0, 22.0}));
  merge_into(row, row_of({}));
  expect_same_statistics(row, row_of({20.0, 22.0}));
  auto nothing = row_of({});
  merge_into(nothing, row_of({}));
  EXPECT_FALSE(nothing.statistics);
}

TEST(RowMergeTest, ADayOfTinyNoiseKeepsItsDeviation) {
  auto row = row_of({20.001, 20.002});
  for (int window = 1; window < 86'400; ++window) {
    merge_into(row, row_of({20.001, 20.002}));
  }
  // 172,800 readings, all 0.0005 from their mean: 0.0005 * sqrt(172800 / 172799).
  EXPECT_NEAR(row.statistics->mean, 20.0015, 1e-12);
  EXPECT_NEAR(row.statistics->stddev.value(), 0.00050000144676, 1e-12);
  EXPECT_EQ(row.merged_rows, 86'400U);
}

TEST(RowMergeTest, CountsAndFaultsAreSummed) {
  auto row = test::make_row("inlet", 0);
  row.counts = {10, 5, 2, 2, 1};
  row.faults[core::index_of(core::Fault::Crc)] = 2;
  auto later = test::make_row("inlet", 1);
  later.counts = {20, 10, 7, 2, 1};
  later.faults[core::index_of(core::Fault::Crc)] = 3;
  later.faults[core::index_of(core::Fault::Io)] = 4;
  merge_into(row, later);
  EXPECT_EQ(row.counts, (core::SlotCounts{30, 15, 9, 4, 2}));
  EXPECT_TRUE(row.counts.identity_holds());
  EXPECT_EQ(row.faults[core::index_of(core::Fault::Crc)], 5U);
  EXPECT_EQ(row.faults[core::index_of(core::Fault::Io)], 4U);
}

TEST(RowMergeTest, LatenessIsTheLargerAndTimeTheFirst) {
  auto row = test::make_row("inlet", 3);
  row.lateness = core::WindowLateness{microseconds{50}, microseconds{60}};
  auto later = test::make_row("inlet", 4);
  later.lateness = core::WindowLateness{microseconds{40}, microseconds{900}};
  merge_into(row, later);
  EXPECT_EQ(row.lateness->p99, microseconds{50});
  EXPECT_EQ(row.lateness->max, microseconds{900});
  EXPECT_EQ(row.time, test::kRowTime + seconds{3});
  EXPECT_EQ(row.uptime, seconds{3603});
  row.lateness.reset();
  merge_into(row, later);
  EXPECT_EQ(row.lateness->p99, microseconds{40});
}

TEST(RowMergeTest, TheClockIsTheWorseOfTheTwo) {
  const auto merged = [](core::ClockState first, core::ClockState second) {
    auto row = test::make_row("inlet", 0);
    auto later = row;
    row.clock = first;
    later.clock = second;
    merge_into(row, later);
    return row.clock;
  };
  using enum core::ClockState;
  EXPECT_EQ(merged(Synced, Synced), Synced);
  EXPECT_EQ(merged(Synced, Unsynced), Unsynced);
  EXPECT_EQ(merged(Stepped, Unsynced), Stepped);
  EXPECT_EQ(merged(Synced, Stepped), Stepped);
}

TEST(RowMergeTest, MergedRowsCountEveryRowOnce) {
  auto row = test::make_row("inlet", 0);
  EXPECT_EQ(rows_in(row), 1U);
  merge_into(row, test::make_row("inlet", 1));
  EXPECT_EQ(row.merged_rows, 2U);
  auto other = test::make_row("inlet", 2);
  merge_into(other, test::make_row("inlet", 3));
  merge_into(other, test::make_row("inlet", 4));
  merge_into(row, other);
  EXPECT_EQ(row.merged_rows, 5U);
  EXPECT_EQ(rows_in(row), 5U);
}

TEST(RowMergeTest, MergingBySensorKeepsSingleRowsAsTheyAre) {
  const auto merged = merge_by_sensor({test::make_row("b", 0), test::make_row("a", 0),
                                       test::make_row("b", 1), test::make_row("b", 2)});
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0].sensor, "b");
  EXPECT_EQ(merged[0].merged_rows, 3U);
  EXPECT_EQ(merged[0].counts.scheduled, 30U);
  EXPECT_EQ(merged[1].sensor, "a");
  EXPECT_EQ(merged[1].merged_rows, 0U);
}

}  // namespace
}  // namespace isotherm::store
