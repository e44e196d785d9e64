#include "analyse/quantile_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "analyse/value_counts.hpp"

namespace isotherm::analyse {
namespace {

void expect_exact(std::vector<double> values) {
  const auto found = search_quantiles([&values](const auto& take) {
    const std::span<const double> all(values);
    take(all.subspan(0, all.size() / 3));
    take(all.subspan(all.size() / 3));
  });
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  std::sort(values.begin(), values.end());
  for (std::size_t i = 0; i < kFractions.size(); ++i) {
    EXPECT_EQ(found.at(i),
              values[static_cast<std::size_t>(rank_of(kFractions.at(i), values.size())) - 1]);
  }
}

TEST(QuantileSearch, IsThatOfTheSortedValues) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(0.0, 30.0);
  std::vector<double> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(normal(random));
  }
  expect_exact(values);
  values.push_back(std::numeric_limits<double>::quiet_NaN());
  values.push_back(std::numeric_limits<double>::infinity());
  expect_exact(values);
}

TEST(QuantileSearch, FewAndEqualValues) {
  expect_exact({21.5});
  expect_exact({-1.0, -1.0, 0.0, 1e-300, 1e300});
}

TEST(QuantileSearch, EndsWhereValuesVanishBetweenItsPasses) {
  const std::vector<double> values(1000, 21.5);
  int passes = 0;
  static_cast<void>(search_quantiles([&](const auto& take) {
    if (++passes <= 2) {
      take(values);
    }
  }));
  EXPECT_EQ(passes, 5);
}

}  // namespace
}  // namespace isotherm::analyse
