#include "diagnose/latency_arm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace isotherm::diagnose {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr core::Nanoseconds kMillisecond = milliseconds{1};

const LatencyMachine kOrdinary{.usable = {0, 1}, .online = {0, 1}, .isolated = {}};
const LatencyMachine kIsolated{.usable = {0, 1, 2, 3}, .online = {0, 1, 2, 3}, .isolated = {2, 3}};

LatencyArm arm(const LatencyChoice& choice, const LatencyMachine& machine,
               const std::string& name) {
  const auto arms = latency_arms(choice, machine);
  const auto found = std::find_if(arms.begin(), arms.end(),
                                  [&name](const LatencyArm& one) { return one.name == name; });
  EXPECT_NE(found, arms.end()) << name;
  return found == arms.end() ? LatencyArm{} : *found;
}

TEST(LatencyArmTest, TheCoreIsTheLastIsolatedOneElseTheLast) {
  EXPECT_EQ(default_latency_core(kIsolated), 3U);
  EXPECT_EQ(default_latency_core(kOrdinary), 1U);
  // Isolated, but not allowed to this process.
  EXPECT_EQ(default_latency_core({.usable = {0, 1}, .online = {0, 1, 2}, .isolated = {2}}), 1U);
}

TEST(LatencyArmTest, EverythingElseRunsBesideTheMeasuredCore) {
  EXPECT_EQ(cores_beside(kIsolated, 3).text(), "0-2");
  EXPECT_EQ(cores_beside({.usable = {5}, .online = {5}, .isolated = {}}, 5).text(), "5");
}

TEST(LatencyArmTest, EachArmAddsOneMeasureToTheOneBefore) {
  const LatencyChoice choice{.core = 1, .priority = 77, .period = kMillisecond};
  EXPECT_THAT(latency_arm_names(), ElementsAre("other", "other-pinned", "fifo", "fifo-locked",
                                               "spin", "deadline", "housekeeping", "cyclictest"));
  EXPECT_EQ(arm(choice, kOrdinary, "other").cores.text(), "0-1");
  EXPECT_EQ(arm(choice, kOrdinary, "other-pinned").cores.text(), "1");
  const LatencyArm fifo = arm(choice, kOrdinary, "fifo");
  EXPECT_EQ(fifo.policy, core::SchedulingPolicy::Fifo);
  EXPECT_EQ(fifo.priority, 77);
  EXPECT_EQ(fifo.cores.text(), "1");
  EXPECT_FALSE(fifo.locked);
  EXPECT_TRUE(arm(choice, kOrdinary, "fifo-locked").locked);
  EXPECT_EQ(arm(choice, kOrdinary, "fifo-locked").spin, core::Nanoseconds{0});
  EXPECT_EQ(arm(choice, kOrdinary, "spin").spin, kSpinTail);
  EXPECT_EQ(arm(choice, kOrdinary, "cyclictest").kind, ArmKind::Cyclictest);
}

TEST(LatencyArmTest, DeadlineGetsAllOnlineCoresAsTheKernelDemands) {
  const LatencyMachine narrowed{.usable = {0, 1}, .online = {0, 1, 2}, .isolated = {}};
  const LatencyArm deadline = arm({.core = 1, .priority = 80}, narrowed, "deadline");
  EXPECT_EQ(deadline.cores.text(), "0-2");
  EXPECT_EQ(deadline.policy, core::SchedulingPolicy::Deadline);
}

TEST(LatencyArmTest, HousekeepingIsHeldAgainstAnIsolatedCore) {
  const LatencyChoice choice{.core = 3, .priority = 80, .period = kMillisecond};
  const LatencyArm housekeeping = arm(choice, kIsolated, "housekeeping");
  EXPECT_FALSE(housekeeping.obstacle);
  EXPECT_EQ(housekeeping.cores.text(), "1");
  EXPECT_TRUE(housekeeping.locked);
}

TEST(LatencyArmTest, WithoutAnIsolatedCoreTheReasonSaysHowToIsolateOne) {
  const LatencyChoice choice{.core = 1, .priority = 80, .period = kMillisecond};
  EXPECT_THAT(arm(choice, kOrdinary, "housekeeping").obstacle.value_or(""), HasSubstr("isolcpus="));
}

TEST(LatencyArmTest, OnAHousekeepingCoreTheReasonNamesAnIsolatedOne) {
  const LatencyChoice choice{.core = 0, .priority = 80, .period = kMillisecond};
  EXPECT_THAT(arm(choice, kIsolated, "housekeeping").obstacle.value_or(""), HasSubstr("--core 3"));
}

TEST(LatencyArmTest, WhereAllCoresAreIsolatedThereIsNoneToHoldAgainst) {
  const LatencyMachine all{.usable = {2, 3}, .online = {0, 1, 2, 3}, .isolated = {2, 3}};
  const LatencyChoice choice{.core = 3, .priority = 80, .period = kMillisecond};
  EXPECT_THAT(arm(choice, all, "housekeeping").obstacle.value_or(""), HasSubstr("is isolated"));
}

TEST(LatencyArmTest, TheSpinTailMustLeaveAWait) {
  LatencyChoice choice{.core = 1, .priority = 80, .period = microseconds{100}};
  EXPECT_FALSE(arm(choice, kOrdinary, "spin").obstacle);
  choice.period = microseconds{99};
  EXPECT_THAT(arm(choice, kOrdinary, "spin").obstacle.value_or(""), HasSubstr("10 kHz"));
}

}  // namespace
}  // namespace isotherm::diagnose
