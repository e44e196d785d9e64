#include "diagnose/deadline_demand.hpp"

#include <gtest/gtest.h>

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;

Demand demand(std::int64_t cost, std::int64_t deadline, std::int64_t period) {
  return {Nanoseconds{cost}, Nanoseconds{deadline}, Nanoseconds{period}};
}

// Buttazzo, "Hard Real-Time Computing Systems", the example of the processor demand criterion.
TEST(DeadlineDemandTest, TheExampleOfButtazzo) {
  const std::vector<Demand> demands{demand(2, 4, 6), demand(2, 5, 8), demand(3, 7, 9)};
  const std::vector<std::pair<std::int64_t, std::int64_t>> table{
      {3, 0}, {4, 2}, {5, 4}, {7, 7}, {10, 9}, {13, 11}, {16, 16}, {21, 18}, {22, 20}};
  for (const auto& [time, wanted] : table) {
    EXPECT_EQ(demand_within(demands, Nanoseconds{time}).count(), wanted) << "up to " << time;
  }
  EXPECT_EQ(demand_test(demands), DemandVerdict::Holds);
}

TEST(DeadlineDemandTest, AShorterDeadlineBreaksWhatTheUtilisationAllows) {
  EXPECT_EQ(demand_test({demand(2, 4, 6), demand(2, 5, 8), demand(3, 6, 9)}), DemandVerdict::Fails);
  EXPECT_EQ(demand_test({demand(2, 2, 10), demand(2, 3, 10)}), DemandVerdict::Fails);
  EXPECT_EQ(demand_test({demand(2, 2, 10), demand(2, 4, 10)}), DemandVerdict::Holds);
}

TEST(DeadlineDemandTest, WithDeadlinesAtThePeriodsUtilisationDecidesUpToExactlyOne) {
  EXPECT_EQ(demand_test({demand(1, 3, 3), demand(1, 3, 3), demand(1, 3, 3)}), DemandVerdict::Holds);
  EXPECT_EQ(demand_test({demand(1, 3, 3), demand(1, 3, 3), demand(2, 5, 5)}), DemandVerdict::Fails);
  EXPECT_EQ(demand_test({}), DemandVerdict::Holds);
}

TEST(DeadlineDemandTest, OnSeveralCoresTheLargestShareCounts) {
  // Dhall's effect: many small ones and a long one miss on two cores, though they fill little more
  // than one of them.
  EXPECT_FALSE(global_deadline_test({demand(1, 10, 10), demand(1, 10, 10), demand(11, 11, 11)}, 2));
  EXPECT_TRUE(global_deadline_test({demand(5, 10, 10), demand(5, 10, 10), demand(5, 10, 10)}, 2));
  EXPECT_FALSE(global_deadline_test({demand(1, 10, 10)}, 0));
}

TEST(DeadlineDemandTest, AbsurdNumbersComeToAnEnd) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  EXPECT_EQ(demand_test({demand(kHuge, kHuge - 1, kHuge)}), DemandVerdict::Fails);
  EXPECT_NE(demand_test({demand(kHuge / 2, kHuge / 2, kHuge), demand(1, 2, 3)}),
            DemandVerdict::Holds);
}

}  // namespace
}  // namespace isotherm::diagnose
