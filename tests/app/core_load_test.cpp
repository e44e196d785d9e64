#include "app/core_load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace isotherm::app {
namespace {

using core::CpuSet;
using core::SchedulingPolicy;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

PreflightReader reader(const std::string& name, CpuSet cores, core::Nanoseconds period,
                       core::Nanoseconds worst_case) {
  PreflightReader result;
  result.name = name;
  result.cores = std::move(cores);
  result.period = period;
  result.worst_case = worst_case;
  return result;
}

TEST(CoreLoadTest, ReadersOfOneCoreAddUp) {
  const auto loads = core_loads({reader("fast", {3}, 1ms, 100us), reader("slow", {3}, 10ms, 2ms),
                                 reader("other", {1}, 2ms, 1ms)});
  ASSERT_THAT(loads, SizeIs(2));
  EXPECT_EQ(loads[0].core, 1U);
  EXPECT_DOUBLE_EQ(loads[0].share, 0.5);
  EXPECT_THAT(loads[0].readers, ElementsAre("other"));
  EXPECT_EQ(loads[1].core, 3U);
  EXPECT_DOUBLE_EQ(loads[1].share, 0.3);
  EXPECT_THAT(loads[1].readers, ElementsAre("fast", "slow"));
}

TEST(CoreLoadTest, ReaderWithSeveralCoresCountsOnEach) {
  const auto loads = core_loads({reader("wide", {0, 2}, 4ms, 1ms)});
  ASSERT_THAT(loads, SizeIs(2));
  EXPECT_DOUBLE_EQ(loads[0].share, 0.25);
  EXPECT_DOUBLE_EQ(loads[1].share, 0.25);
}

TEST(CoreLoadTest, SpinTailsCountAndOnlyFixedPrioritiesAreRealTimeShare) {
  PreflightReader spinning = reader("spinning", {1}, 1ms, 100us);
  spinning.spin = 50us;
  PreflightReader ordinary = reader("ordinary", {1}, 1ms, 200us);
  ordinary.policy = SchedulingPolicy::Other;
  const auto loads = core_loads({spinning, ordinary});
  ASSERT_THAT(loads, SizeIs(1));
  EXPECT_DOUBLE_EQ(loads[0].share, 0.35);
  EXPECT_DOUBLE_EQ(loads[0].realtime_share, 0.15);
  EXPECT_TRUE(loads[0].spins);
}

TEST(CoreLoadTest, NoReadersAndReadersWithoutAPeriodAreNoLoad) {
  EXPECT_THAT(core_loads({}), IsEmpty());
  EXPECT_THAT(core_loads({reader("unset", {1}, 0ns, 1ms)}), IsEmpty());
  EXPECT_DOUBLE_EQ(deadline_bandwidth({reader("unset", {1}, 0ns, 1ms)}), 0.0);
}

TEST(CoreLoadTest, OnlyDeadlineReadersAskForBandwidth) {
  PreflightReader first = reader("first", {0, 1}, 10ms, 0ns);
  first.policy = SchedulingPolicy::Deadline;
  first.runtime = 2ms;
  PreflightReader second = first;
  second.period = 4ms;
  EXPECT_DOUBLE_EQ(deadline_bandwidth({first, second, reader("fifo", {1}, 1ms, 1ms)}), 0.7);
}

}  // namespace
}  // namespace isotherm::app
