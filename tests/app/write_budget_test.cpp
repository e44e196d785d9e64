#include "app/write_budget.hpp"

#include <gtest/gtest.h>

#include "history/history_settings.hpp"

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kBudget = 24'000'000;  // a million an hour
constexpr core::Nanoseconds kMinute = 1min;

struct WriteBudgetTest : ::testing::Test {
  WriteBudget budget{kBudget, kMinute, history::kFlushIntervalMax};
  core::MonotonicTime now{1h};
  std::uint64_t written = 5'000'000;

  // Hours at a pace; the last that there was to say.
  std::optional<BudgetStep> spend(std::uint64_t bytes_an_hour, int count) {
    std::optional<BudgetStep> last;
    for (int minute = 0; minute < 60 * count; ++minute) {
      if (const auto step = budget.observe(now, written)) {
        last = step;
      }
      now += 1min;
      written += bytes_an_hour / 60;
    }
    return last;
  }
};

TEST_F(WriteBudgetTest, NothingIsDoneBelowTheBudget) {
  EXPECT_FALSE(spend(800'000, 24).has_value());
}

TEST_F(WriteBudgetTest, WhatWasWrittenBeforeItLookedIsNotItsPace) {
  written = 1'000'000'000;
  EXPECT_FALSE(spend(100'000, 2).has_value());
}

TEST_F(WriteBudgetTest, TheIntervalIsWidenedBeforeTheBudgetIsPassed) {
  const auto step = spend(950'000, 1);
  ASSERT_TRUE(step.has_value());
  EXPECT_GE(step->flush_interval, 2 * kMinute);
  EXPECT_FALSE(step->beyond);
  EXPECT_NEAR(static_cast<double>(step->bytes_a_day), 22.8e6, 1e5);
}

TEST_F(WriteBudgetTest, WhereTheWidestIsNotEnoughItIsSaidOnce) {
  const auto step = spend(3'000'000, 48);
  ASSERT_TRUE(step.has_value());
  EXPECT_TRUE(step->beyond);
  EXPECT_EQ(step->flush_interval, history::kFlushIntervalMax);
  EXPECT_FALSE(spend(3'000'000, 48).has_value());
}

// Rows that come so fast that they are flushed every 170 s at the latest: three stretches, not six
// doublings.
TEST_F(WriteBudgetTest, WhereAWiderIntervalChangesNothingItIsNotSet) {
  budget = WriteBudget{kBudget, kMinute, 170s};
  const auto step = spend(3'000'000, 1);
  ASSERT_TRUE(step.has_value());
  EXPECT_TRUE(step->beyond);
  EXPECT_EQ(step->flush_interval, core::Nanoseconds{170s});
}

// As where there is no history.
TEST_F(WriteBudgetTest, WithNothingToWidenItIsSaidAllTheSame) {
  budget = WriteBudget{kBudget, kMinute, 0s};
  const auto step = spend(3'000'000, 1);
  ASSERT_TRUE(step.has_value());
  EXPECT_TRUE(step->beyond);
  EXPECT_EQ(step->flush_interval, kMinute);
}

TEST_F(WriteBudgetTest, WithRoomToSpareItGoesBackToWhatWasConfigured) {
  ASSERT_TRUE(spend(3'000'000, 48).has_value());
  const auto step = spend(100'000, 48);
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(step->flush_interval, kMinute);
  EXPECT_FALSE(step->beyond);
}

}  // namespace
}  // namespace isotherm::app
