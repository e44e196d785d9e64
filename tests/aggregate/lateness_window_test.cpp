#include "aggregate/lateness_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace isotherm::aggregate {
namespace {

using core::Nanoseconds;

TEST(LatenessWindowTest, WithoutValuesThereIsNone) {
  LatenessWindow window;
  EXPECT_FALSE(window.close(0).has_value());
}

TEST(LatenessWindowTest, ASingleValueIsBothAndExact) {
  LatenessWindow window;
  window.record(123'457);
  const auto lateness = window.close(1);
  ASSERT_TRUE(lateness.has_value());
  EXPECT_EQ(lateness->p99, Nanoseconds{123'457});
  EXPECT_EQ(lateness->max, Nanoseconds{123'457});
}

TEST(LatenessWindowTest, OneOutlierInAHundredIsAboveTheQuantileAndTwoAreNot) {
  for (const std::uint64_t outliers : {1U, 2U}) {
    LatenessWindow window;
    for (std::uint64_t i = 0; i < 100; ++i) {
      window.record(i < outliers ? 1'000'000 : 10);
    }
    const auto lateness = window.close(100);
    ASSERT_TRUE(lateness.has_value());
    EXPECT_EQ(lateness->p99, outliers == 1 ? Nanoseconds{10} : Nanoseconds{1'000'000});
    EXPECT_EQ(lateness->max, Nanoseconds{1'000'000});
  }
}

TEST(LatenessWindowTest, BeyondTheLastBucketTheMaximumIsStillExact) {
  LatenessWindow window;
  window.record((std::uint64_t{1} << 48U) - 1);
  EXPECT_EQ(window.close(1)->max, Nanoseconds{(std::int64_t{1} << 48U) - 1});
}

TEST(LatenessWindowTest, EachWindowStartsEmpty) {
  LatenessWindow window;
  for (std::uint64_t value = 1; value < (std::uint64_t{1} << 40U); value *= 3) {
    window.record(value);
  }
  (void)window.close(26);
  window.record(7);
  const auto lateness = window.close(1);
  EXPECT_EQ(lateness->p99, Nanoseconds{7});
  EXPECT_EQ(lateness->max, Nanoseconds{7});
}

// Against the sorted values: at most 1/32 above the true quantile, never below it.
TEST(LatenessWindowTest, TheQuantileIsWithinABucketOfTheTrueOne) {
  std::mt19937_64 random{4711};
  LatenessWindow window;
  for (std::size_t count = 1; count <= 2000; count += 37) {
    std::vector<std::uint64_t> values(count);
    for (std::uint64_t& value : values) {
      value = std::exponential_distribution<double>{1.0}(random) < 3.0
                  ? std::uniform_int_distribution<std::uint64_t>{0, 9000}(random)
                  : std::uniform_int_distribution<std::uint64_t>{0, 900'000}(random);
      window.record(value);
    }
    std::sort(values.begin(), values.end());
    const std::size_t rank = (count * 99 + 99) / 100;  // rounded up
    const auto truth = static_cast<std::int64_t>(values[rank - 1]);
    const auto lateness = window.close(count);
    ASSERT_TRUE(lateness.has_value());
    EXPECT_GE(lateness->p99.count(), truth) << count;
    EXPECT_LE(lateness->p99.count(), truth + truth / 32) << count;
    EXPECT_EQ(lateness->max.count(), static_cast<std::int64_t>(values.back()));
  }
}

}  // namespace
}  // namespace isotherm::aggregate
