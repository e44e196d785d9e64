#include "view/scale.hpp"

#include <gtest/gtest.h>

#include "view/example_chart.hpp"

namespace isotherm::view {
namespace {

using std::chrono::seconds;
using test::kChartStart;

TEST(TimeScale, SharesTheRangeOut) {
  const TimeScale scale{kChartStart, kChartStart + seconds{100}, 10};
  EXPECT_EQ(scale.column_of(kChartStart), 0U);
  EXPECT_EQ(scale.column_of(kChartStart + seconds{10}), 1U);
  EXPECT_EQ(scale.column_of(kChartStart + seconds{100} - core::Nanoseconds{1}), 9U);
  EXPECT_EQ(scale.column_of(kChartStart + seconds{100}), std::nullopt);
  EXPECT_EQ(scale.column_of(kChartStart - core::Nanoseconds{1}), std::nullopt);
}

TEST(TimeScale, AStretchEndsAtItsLastNanosecond) {
  const TimeScale scale{kChartStart, kChartStart + seconds{100}, 10};
  const auto columns = scale.columns_of(kChartStart + seconds{10}, seconds{20});
  ASSERT_TRUE(columns);
  EXPECT_EQ(columns->first, 1U);
  EXPECT_EQ(columns->last, 2U);
  EXPECT_EQ(scale.columns_of(kChartStart + seconds{95}, seconds{60})->last, 9U);
}

TEST(ValueScale, TheTopRowIsTheLargestValue) {
  const ValueScale scale{10.0, 20.0, 11};
  EXPECT_EQ(scale.row_of(20.0), 0U);
  EXPECT_EQ(scale.row_of(15.0), 5U);
  EXPECT_EQ(scale.row_of(10.0), 10U);
  EXPECT_EQ(scale.row_of(1e9), 0U);
  EXPECT_EQ(scale.row_of(-1e9), 10U);
}

TEST(ValueScale, TicksAreRound) {
  const auto ticks = ValueScale{17.3, 23.9, 20}.ticks(5);
  ASSERT_EQ(ticks.size(), 4U);
  EXPECT_EQ(ticks.front().text, "18");
  EXPECT_EQ(ticks.back().text, "24");
}

TEST(ValueScale, ASingleValueHasATickAndIsInTheMiddle) {
  for (const double value : {0.0, 21.0, -40.0, 1e-6, 4e5}) {
    const ValueScale scale{value, value, 9};
    EXPECT_EQ(scale.row_of(value), 4U) << value;
    EXPECT_FALSE(scale.ticks(3).empty()) << value;
  }
}

TEST(ValueScale, SmallDifferencesOfLargeValuesHaveTicks) {
  const auto ticks = ValueScale{273.1501, 273.1504, 20}.ticks(5);
  ASSERT_GE(ticks.size(), 3U);
  EXPECT_EQ(ticks[0].text, "273.1501");
}

TEST(RoundStep, IsOneTwoOrFive) {
  EXPECT_DOUBLE_EQ(round_step(10.0, 10), 1.0);
  EXPECT_DOUBLE_EQ(round_step(11.0, 10), 2.0);
  EXPECT_DOUBLE_EQ(round_step(0.3, 10), 0.05);
  EXPECT_DOUBLE_EQ(round_step(900.0, 10), 100.0);
}

TEST(NumberText, HasTheDigitsOfItsStepAndNoMinusZero) {
  EXPECT_EQ(number_text(21.5, 0.5), "21.5");
  EXPECT_EQ(number_text(21.0, 1.0), "21");
  EXPECT_EQ(number_text(-0.0, 1.0), "0");
  EXPECT_EQ(number_text(-0.001, 0.1), "0.0");
  EXPECT_EQ(number_text(-0.2, 0.1), "-0.2");
  EXPECT_EQ(number_text(40000.0, 20000.0), "40000");
}

}  // namespace
}  // namespace isotherm::view
