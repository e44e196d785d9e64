#include "aggregate/running_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace isotherm::aggregate {
namespace {

// Half of `count` values are 20.001, the other half 20.002, taken as the numbers that double holds.
// Each is half a difference from the mean, so the sum of squares is count * difference^2 / 4.
constexpr double kLow = 20.001;
constexpr double kHigh = 20.002;

void add_alternating(RunningStatistics& statistics, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; i += 2) {
    statistics.add(kLow);
    statistics.add(kHigh);
  }
}

long double alternating_squares(std::uint64_t count) {
  const long double difference = static_cast<long double>(kHigh) - kLow;
  return static_cast<long double>(count) * difference * difference / 4;
}

double deviation(long double squares, std::uint64_t count) {
  return static_cast<double>(std::sqrt(squares / static_cast<long double>(count - 1)));
}

// The deviation of `count` alternating values and one value `spike`: merging the two groups adds
// delta^2 * count / (count + 1).
double deviation_with_spike(std::uint64_t count, double spike) {
  const long double mean = (static_cast<long double>(kLow) + kHigh) / 2;
  const long double delta = spike - mean;
  const auto n = static_cast<long double>(count);
  return deviation(alternating_squares(count) + delta * delta * n / (n + 1), count + 1);
}

// As the class is used over a day at 1 kHz: one window a minute, merged into the totals.
constexpr std::uint64_t kDay = 86'400'000;
constexpr std::uint64_t kMinute = 60'000;
constexpr std::uint64_t kMany = 10'000'000;

TEST(RunningStatisticsTest, WithoutValuesThereIsNoSummary) {
  EXPECT_FALSE(RunningStatistics{}.summary().has_value());
  EXPECT_EQ(RunningStatistics{}.count(), 0U);
}

TEST(RunningStatisticsTest, ASingleValueHasNoDeviation) {
  RunningStatistics statistics;
  statistics.add(-12.5);
  const auto summary = statistics.summary();
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->min, -12.5);
  EXPECT_EQ(summary->mean, -12.5);
  EXPECT_EQ(summary->max, -12.5);
  EXPECT_EQ(summary->last, -12.5);
  EXPECT_FALSE(summary->stddev.has_value());
}

TEST(RunningStatisticsTest, AFewValuesAreWorkedOutByHand) {
  RunningStatistics statistics;
  for (const double value : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) {
    statistics.add(value);
  }
  const auto summary = statistics.summary();
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->min, 2.0);
  EXPECT_DOUBLE_EQ(summary->mean, 5.0);
  EXPECT_EQ(summary->max, 9.0);
  EXPECT_EQ(summary->last, 9.0);
  EXPECT_DOUBLE_EQ(summary->stddev.value_or(-1.0), std::sqrt(32.0 / 7.0));
}

TEST(RunningStatisticsTest, EqualValuesHaveADeviationOfExactlyZero) {
  RunningStatistics statistics;
  for (int i = 0; i < 100'000; ++i) {
    statistics.add(20.1);
  }
  const auto summary = statistics.summary();
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->mean, 20.1);
  EXPECT_EQ(summary->stddev, 0.0);
}

TEST(RunningStatisticsTest, ManyAlternatingValuesGiveTheTrueDeviation) {
  RunningStatistics statistics;
  add_alternating(statistics, kMany);
  const double expected = deviation(alternating_squares(kMany), kMany);
  EXPECT_NEAR(expected, 5.0e-4, 1e-10);
  EXPECT_NEAR(statistics.summary()->stddev.value_or(-1.0), expected, 1e-9 * expected);
  EXPECT_NEAR(statistics.summary()->mean, 20.0015, 1e-12);
  EXPECT_EQ(statistics.count(), kMany);
}

// A day of 86.4 million values; a minute's statistics are made once and merged 1440 times, which
// keeps the test short where nothing is optimised.
TEST(RunningStatisticsTest, ADayOfMergedWindowsGivesTheTrueDeviation) {
  RunningStatistics minute;
  add_alternating(minute, kMinute);
  RunningStatistics day;
  for (std::uint64_t i = 0; i < kDay / kMinute; ++i) {
    day.merge(minute);
  }
  const double expected = deviation(alternating_squares(kDay), kDay);
  EXPECT_EQ(day.count(), kDay);
  EXPECT_NEAR(day.summary()->stddev.value_or(-1.0), expected, 1e-9 * expected);
}

TEST(RunningStatisticsTest, ASpikeAtFirstDoesNotSpoilTheDeviation) {
  for (const double spike : {85.0, -40.0, 1e4}) {
    RunningStatistics statistics;
    statistics.add(spike);
    add_alternating(statistics, kMany / 5);
    const double expected = deviation_with_spike(kMany / 5, spike);
    EXPECT_NEAR(statistics.summary()->stddev.value_or(-1.0), expected, 1e-9 * expected) << spike;
  }
}

TEST(RunningStatisticsTest, ASpikeInTheMiddleOrAtABlocksBeginningDoesNotSpoilTheDeviation) {
  for (const std::uint64_t before :
       {std::uint64_t{1000}, std::uint64_t{RunningStatistics::kBlock}, std::uint64_t{500'000}}) {
    RunningStatistics statistics;
    add_alternating(statistics, before);
    statistics.add(85.0);
    add_alternating(statistics, 1'000'000 - before);
    const double expected = deviation_with_spike(1'000'000, 85.0);
    EXPECT_NEAR(statistics.summary()->stddev.value_or(-1.0), expected, 1e-9 * expected) << before;
    EXPECT_EQ(statistics.summary()->max, 85.0);
    EXPECT_EQ(statistics.summary()->last, kHigh);
  }
}

// The spike lies outside, before everything: what comes after a reset owes nothing to it.
TEST(RunningStatisticsTest, ResetForgetsASpike) {
  RunningStatistics statistics;
  statistics.add(-40.0);
  statistics.reset();
  add_alternating(statistics, 1'000'000);
  const double expected = deviation(alternating_squares(1'000'000), 1'000'000);
  EXPECT_NEAR(statistics.summary()->stddev.value_or(-1.0), expected, 1e-9 * expected);
  EXPECT_EQ(statistics.summary()->min, kLow);
}

TEST(RunningStatisticsTest, MergingPartsEqualsAddingAll) {
  for (const std::size_t cut : {0U, 1U, 7U, 1024U, 1500U, 2999U, 3000U}) {
    RunningStatistics first;
    RunningStatistics second;
    RunningStatistics all;
    for (std::size_t i = 0; i < 3000; ++i) {
      const double value = 20.0 + std::sin(static_cast<double>(i));
      (i < cut ? first : second).add(value);
      all.add(value);
    }
    first.merge(second);
    const auto merged = first.summary();
    const auto expected = all.summary();
    ASSERT_TRUE(merged && expected);
    EXPECT_EQ(first.count(), 3000U);
    EXPECT_EQ(merged->min, expected->min);
    EXPECT_EQ(merged->max, expected->max);
    EXPECT_EQ(merged->last, expected->last);
    EXPECT_NEAR(merged->mean, expected->mean, 1e-13);
    EXPECT_NEAR(merged->stddev.value_or(-1.0), expected->stddev.value_or(-2.0), 1e-13);
  }
}

TEST(RunningStatisticsTest, MergingKeepsTheLastValueWhereTheLaterPartIsEmpty) {
  RunningStatistics statistics;
  statistics.add(1.0);
  statistics.add(2.0);
  statistics.merge(RunningStatistics{});
  EXPECT_EQ(statistics.count(), 2U);
  EXPECT_EQ(statistics.summary()->last, 2.0);
}

}  // namespace
}  // namespace isotherm::aggregate
