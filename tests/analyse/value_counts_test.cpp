#include "analyse/value_counts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace isotherm::analyse {
namespace {

using capture::ValueGrid;
using capture::ValueKind;

ValueCounts counted(const std::vector<double>& values, const ValueGrid& grid) {
  ValueCounter counter;
  counter.add(values, grid);
  return counter.take();
}

void expect_counts(const std::vector<double>& values, const ValueGrid& grid) {
  std::map<double, std::uint64_t> wanted;
  for (const double value : values) {
    ++wanted[value];
  }
  const ValueCounts counts = counted(values, grid);
  ASSERT_EQ(counts.size(), wanted.size());
  auto at = wanted.begin();
  for (const ValueCount& one : counts) {
    EXPECT_EQ(one.value, at->first);
    EXPECT_EQ(one.count, at->second);
    ++at;
  }
}

TEST(ValueCounts, OnAGridOffItAndFarAway) {
  std::vector<double> values;
  std::mt19937 random(8);
  for (int i = 0; i < 5000; ++i) {
    values.push_back((static_cast<double>(random() % 600) - 300.0) * 0.0625);
  }
  values.insert(values.end(), {0.001, -0.03, 1e9, -1e300, 85.0, 0.0});
  expect_counts(values, {ValueKind::Multiply, 0.0625});
  expect_counts(values, {});
  for (double& value : values) {
    value = std::round(value * 1000.0) / 1000.0;
  }
  expect_counts(values, {ValueKind::Divide, 1000.0});
}

TEST(ValueCounts, NegativeZeroIsZero) {
  EXPECT_EQ(counted({0.0, -0.0, 0.0}, {ValueKind::Multiply, 0.5}).size(), 1U);
  EXPECT_EQ(counted({0.0, -0.0}, {}).size(), 1U);
}

TEST(ValueCounts, ACounterBeginsAnewAfterEachTake) {
  ValueCounter counter;
  counter.add(std::vector{1.0, 1.0}, {ValueKind::Divide, 1.0});
  EXPECT_EQ(counter.take().front().count, 2U);
  counter.add(std::vector{1.0}, {ValueKind::Divide, 1.0});
  EXPECT_EQ(counter.take().front().count, 1U);
  EXPECT_TRUE(counter.take().empty());
}

TEST(ValueCounts, QuantilesAreThoseOfTheSortedValues) {
  std::mt19937 random(6);
  for (int round = 0; round < 100; ++round) {
    std::vector<double> values;
    for (std::size_t i = 0; i < 1 + random() % 200; ++i) {
      values.push_back(static_cast<double>(random() % 50));
    }
    const ValueCounts counts = counted(values, {ValueKind::Divide, 1.0});
    std::sort(values.begin(), values.end());
    for (const double fraction : {0.0, 0.01, 0.25, 0.5, 0.75, 0.999, 1.0}) {
      const auto rank = static_cast<std::size_t>(
          std::max(1.0, std::ceil(fraction * static_cast<double>(values.size()))));
      EXPECT_EQ(quantile_of(counts, fraction), values[rank - 1]);
    }
  }
}

TEST(Moments, MergedOnesAreThoseOfAll) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(1e6, 0.001);
  Moments merged;
  std::vector<double> all;
  for (int part = 0; part < 20; ++part) {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) {
      values.push_back(normal(random));
    }
    merged.merge(moments_of(counted(values, {})));
    all.insert(all.end(), values.begin(), values.end());
  }
  double mean = 0.0;
  for (const double value : all) {
    mean += (value - 1e6) / static_cast<double>(all.size());
  }
  double squares = 0.0;
  for (const double value : all) {
    squares += (value - 1e6 - mean) * (value - 1e6 - mean);
  }
  EXPECT_NEAR(merged.mean - 1e6, mean, 1e-8);
  EXPECT_NEAR(*merged.deviation(), std::sqrt(squares / static_cast<double>(all.size() - 1)), 1e-9);
  EXPECT_FALSE(Moments{}.deviation());
}

}  // namespace
}  // namespace isotherm::analyse
