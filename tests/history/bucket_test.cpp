#include "history/bucket.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/text_parts.hpp"

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

// 63.4008645 and 22.0006305 are doubles a little above the tie: the log rounds them up.
TEST(BucketTest, HasTheDigitsOfTheLogAlsoAtATie) {
  for (const double value : {63.4008645, 63.4008635, 22.0006305, -22.0006305, 0.0000005,
                             1234.5678905, 20.4375, 19.6875005, -0.1234565}) {
    core::Row row;
    row.counts = {1, 1, 0, 0, 0};
    row.statistics = core::WindowStatistics{value, value, value, std::nullopt, value};
    const Bucket bucket = bucket_of(row);
    std::string logged;
    std::string kept;
    core::append_value(logged, value);
    core::append_value(kept, static_cast<double>(bucket.max_nano) / kNanoPerUnit);
    EXPECT_EQ(kept, logged);
    EXPECT_EQ(bucket.min_nano, bucket.max_nano);
    EXPECT_EQ(bucket.last_nano, bucket.max_nano);
  }
}

}  // namespace
}  // namespace isotherm::history
