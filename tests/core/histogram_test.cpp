#include "core/histogram.hpp"

#include <gtest/gtest.h>

namespace isotherm::core {
namespace {

TEST(HistogramBucketTest, EveryValueIsAtMostItsUpperEdgeAndWithinAThirtySecond) {
  for (std::uint64_t value = 0; value < histogram_buckets::kLimit; value += value / 7 + 1) {
    const std::uint64_t edge = histogram_buckets::upper_edge(histogram_buckets::index(value));
    ASSERT_GE(edge, value);
    ASSERT_LE(edge - value, value / 32) << value;
  }
}

TEST(HistogramBucketTest, NeighbouringBucketsLeaveNoGap) {
  for (std::size_t i = 0; i + 1 < histogram_buckets::kCount; ++i) {
    ASSERT_EQ(histogram_buckets::index(histogram_buckets::upper_edge(i)), i);
    ASSERT_EQ(histogram_buckets::index(histogram_buckets::upper_edge(i) + 1), i + 1);
  }
}

TEST(HistogramTest, QuantilesOfAThousandKnownValues) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) {
    histogram.record(Nanoseconds{i * 1000});
  }
  EXPECT_EQ(histogram.count(), 1000U);
  EXPECT_EQ(histogram.max(), Nanoseconds{1'000'000});
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5).count()), 500e3, 500e3 / 32);
  EXPECT_NEAR(static_cast<double>(histogram.quantile(0.99).count()), 990e3, 990e3 / 32);
  EXPECT_EQ(histogram.quantile(1.0), Nanoseconds{1'000'000});
}

TEST(HistogramTest, AnEmptyHistogramSaysZero) {
  const SharedHistogram histogram;
  EXPECT_EQ(histogram.quantile(0.99), Nanoseconds{0});
  EXPECT_EQ(histogram.max(), Nanoseconds{0});
}

TEST(HistogramTest, NegativeCountsAsZeroAndHugeGoesIntoTheLastBucketWithItsTrueMaximum) {
  Histogram histogram;
  histogram.record(Nanoseconds{-5});
  EXPECT_EQ(histogram.bucket(0), 1U);
  histogram.record(std::chrono::hours{48});
  EXPECT_EQ(histogram.bucket(histogram_buckets::kCount - 1), 1U);
  EXPECT_EQ(histogram.max(), Nanoseconds{std::chrono::hours{48}});
}

TEST(HistogramTest, MergedHistogramsAreAsIfOneHadRecordedAll) {
  Histogram whole;
  SharedHistogram one;
  Histogram sum;
  for (int i = 1; i <= 1000; ++i) {
    whole.record(Nanoseconds{i * 777});
    if (i % 3 == 0) {
      one.record(Nanoseconds{i * 777});
    } else {
      sum.record(Nanoseconds{i * 777});
    }
  }
  sum.merge(one);
  sum.merge(Histogram{});
  EXPECT_EQ(sum.max(), whole.max());
  for (std::size_t i = 0; i < histogram_buckets::kCount; ++i) {
    ASSERT_EQ(sum.bucket(i), whole.bucket(i)) << i;
  }
}

}  // namespace
}  // namespace isotherm::core
