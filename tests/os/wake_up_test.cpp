#include "os/wake_up.hpp"

#include <gtest/gtest.h>

#include "os/topology.hpp"

namespace isotherm::os {
namespace {

WakeUpSpec ordinary(unsigned core) {
  WakeUpSpec spec;
  spec.core = core;
  spec.policy = core::SchedulingPolicy::Other;
  spec.priority = 0;
  spec.count = 5;
  return spec;
}

TEST(WakeUpTest, CountsEachWakeUpAndNoneIsBeforeItsInstant) {
  const unsigned core = machine_topology().usable().cores().front();
  const auto results = try_wake_ups({ordinary(core), ordinary(core)});
  ASSERT_EQ(results.size(), 2U);
  for (const WakeUps& one : results) {
    EXPECT_EQ(one.refusal, "");
    EXPECT_EQ(one.count, 5U);
    EXPECT_GT(one.late_max.count(), 0);
    EXPECT_LE(one.late_p99, one.late_max);
  }
}

TEST(WakeUpTest, ACoreThatIsNotThereIsARefusalAndTheOthersAreTriedAllTheSame) {
  const unsigned core = machine_topology().usable().cores().front();
  const auto results = try_wake_ups({ordinary(core::kCoreLimit - 1), ordinary(core)});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_NE(results[0].refusal, "");
  EXPECT_EQ(results[0].count, 0U);
  EXPECT_EQ(results[1].count, 5U);
}

TEST(WakeUpTest, NoneAreNone) { EXPECT_TRUE(try_wake_ups({}).empty()); }

TEST(WakeUpTest, TheStepOfTimersIsATimeAndNoMoreThanTheLongestTick) {
  EXPECT_GT(timer_resolution().count(), 0);
  EXPECT_LE(timer_resolution(), core::Nanoseconds{10'000'000});  // CONFIG_HZ_100
}

}  // namespace
}  // namespace isotherm::os
