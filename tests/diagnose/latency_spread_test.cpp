#include "diagnose/latency_spread.hpp"

#include <gtest/gtest.h>

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;

QuantileBounds exact(std::int64_t ns) { return {Nanoseconds{ns}, Nanoseconds{ns}}; }

TEST(LatencySpreadTest, WithoutARoundThereIsNoRatio) { EXPECT_FALSE(ratio_spread({})); }

TEST(LatencySpreadTest, MedianQuartilesAndExtremesOfKnownRatios) {
  // 2, 4, 8, 5, 3 over 1.
  std::vector<RoundPair> rounds;
  for (const std::int64_t of : {200, 400, 800, 500, 300}) {
    rounds.push_back({exact(of), exact(100)});
  }
  const auto spread = ratio_spread(rounds);
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->rounds, 5U);
  EXPECT_DOUBLE_EQ(spread->median, 4.0);
  EXPECT_DOUBLE_EQ(spread->lower_quartile, 3.0);
  EXPECT_DOUBLE_EQ(spread->upper_quartile, 5.0);
  EXPECT_DOUBLE_EQ(spread->low, 2.0);
  EXPECT_DOUBLE_EQ(spread->high, 8.0);
  EXPECT_DOUBLE_EQ(spread->coverage(), 1.0 - 1.0 / 16.0);
}

TEST(LatencySpreadTest, AnEvenNumberOfRoundsHasItsMedianInTheMiddle) {
  const auto spread = ratio_spread({{exact(10), exact(10)}, {exact(30), exact(10)}});
  ASSERT_TRUE(spread);
  EXPECT_DOUBLE_EQ(spread->median, 2.0);
  EXPECT_DOUBLE_EQ(spread->lower_quartile, 1.5);
  EXPECT_DOUBLE_EQ(spread->upper_quartile, 2.5);
}

TEST(LatencySpreadTest, RatiosAreOfARoundAndNotOfTheWholeRun) {
  // The machine is ten times slower in the second round; both arms are, so the ratio stays.
  const auto spread = ratio_spread({{exact(20), exact(10)}, {exact(200), exact(100)}});
  ASSERT_TRUE(spread);
  EXPECT_DOUBLE_EQ(spread->low, 2.0);
  EXPECT_DOUBLE_EQ(spread->high, 2.0);
}

TEST(LatencySpreadTest, TheSpreadIsWidenedByWhatTheBucketsLeaveOpen) {
  const auto spread =
      ratio_spread({{{Nanoseconds{90}, Nanoseconds{100}}, {Nanoseconds{40}, Nanoseconds{50}}}});
  ASSERT_TRUE(spread);
  EXPECT_DOUBLE_EQ(spread->median, 2.0);
  EXPECT_DOUBLE_EQ(spread->low, 90.0 / 50.0);
  EXPECT_DOUBLE_EQ(spread->high, 100.0 / 40.0);
}

TEST(LatencySpreadTest, AQuantileOfNothingCountsAsTheClocksUnit) {
  const auto spread = ratio_spread({{exact(10), exact(0)}});
  ASSERT_TRUE(spread);
  EXPECT_DOUBLE_EQ(spread->median, 10.0);
}

TEST(LatencySpreadTest, OneRoundTellsNothingOfTheMedian) {
  EXPECT_DOUBLE_EQ(ratio_spread({{exact(1), exact(1)}})->coverage(), 0.0);
}

TEST(LatencySpreadTest, TheBoundsOfAQuantileEncloseWhatWasRecorded) {
  for (const std::int64_t ns : {0, 1, 31, 32, 1'000, 12'345, 1'000'000'007}) {
    core::Histogram histogram;
    histogram.record(Nanoseconds{ns});
    histogram.record(Nanoseconds{ns * 4 + 100});
    const QuantileBounds bounds = quantile_bounds(histogram, 0.5);
    EXPECT_LE(bounds.low.count(), ns);
    EXPECT_GE(bounds.high.count(), ns);
    EXPECT_LE(bounds.high.count(), ns + ns / 32);
    EXPECT_LE((bounds.high - bounds.low).count(), bounds.high.count() / 32);
  }
}

}  // namespace
}  // namespace isotherm::diagnose
