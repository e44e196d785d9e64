#include "history/bucket.hpp"

#include <gtest/gtest.h>

namespace isotherm::history {
namespace {

Bucket hour_at(double level, std::uint64_t samples) {
  Bucket bucket;
  bucket.counts.scheduled = bucket.counts.good = samples;
  bucket.has_statistics = true;
  bucket.min_nano = bucket.max_nano = bucket.last_nano = to_nano(level);
  bucket.sum_nano = to_nano(level * static_cast<double>(samples));
  return bucket;
}

// A year of hours at 1 kHz and more: sums far beyond 64 bits.
TEST(BucketTest, AMeanOverYearsIsRightBeyondWhatOneSumHolds) {
  for (const double level : {25.0, -25.0, 125.0, 0.0625}) {
    Bucket total = hour_at(level, 3'600'000);
    for (int hour = 1; hour < 24 * 365; ++hour) {
      merge_into(total, hour_at(level, 3'600'000));
    }
    EXPECT_NEAR(total.mean(), level, 1e-12);
    EXPECT_EQ(total.sum_carry != 0, level != 0.0625) << level;
  }
}

TEST(BucketTest, ACarryGoesAwayAgainWithTheOtherSign) {
  Bucket total = hour_at(4e9, 1);
  merge_into(total, hour_at(4e9, 1));
  EXPECT_EQ(total.sum_carry, 1);
  merge_into(total, hour_at(-8e9, 1));
  EXPECT_EQ(total.mean(), 0.0);
}

TEST(BucketTest, MergingTwoTotalsWithCarriesKeepsBoth) {
  Bucket one = hour_at(9e9, 1);
  merge_into(one, hour_at(9e9, 1));
  Bucket other = one;
  merge_into(other, one);
  EXPECT_DOUBLE_EQ(other.mean(), 9e9);
}

}  // namespace
}  // namespace isotherm::history
