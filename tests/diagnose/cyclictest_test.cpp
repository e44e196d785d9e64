#include "diagnose/cyclictest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;
using testing::Contains;

// As cyclictest 2.40 (rt-tests of Debian 12) prints it.
const std::string kOutput =
    "Max CPUs = 2\n"
    "Online CPUs = 2\n"
    "Thread 0 using cpu 1.\n"
    "Thread 0 Interval: 1000\n"
    "       0:       0:  150000\n"
    "       0:       1:   12000\n"
    "       0:       2:   13000\n"
    "       0:       3:   10500\n"
    "T: 0 (22937) P:80 I:1000 C:      4 Min:   10500 Act:   10500 Avg:   46375 Max:  150000\n";

TEST(CyclictestTest, LeavesOutTheFirstWakeUps) {
  const auto result = parse_cyclictest(kOutput, {.slots = 3, .warm_up_slots = 1});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->measured, 3U);
  EXPECT_EQ(result->lateness.count(), 3U);
  EXPECT_EQ(result->lateness.max(), Nanoseconds{13'000});
  // It says neither, and they are not made up.
  EXPECT_FALSE(result->scheduled);
  EXPECT_FALSE(result->missed);
  EXPECT_FALSE(result->usage);
}

TEST(CyclictestTest, AWakeUpThatIsMissingMakesItNothing) {
  EXPECT_FALSE(parse_cyclictest(kOutput, {.slots = 5, .warm_up_slots = 0}));
  EXPECT_FALSE(parse_cyclictest("       0:       0:  1\n       0:       2:  1\n", {.slots = 2}));
  EXPECT_FALSE(parse_cyclictest("", {.slots = 1}));
}

TEST(CyclictestTest, OutputThatIsCutOffIsNotTakenForWhole) {
  const std::string cut = kOutput.substr(0, kOutput.find("   13000"));
  EXPECT_FALSE(parse_cyclictest(cut, {.slots = 3, .warm_up_slots = 0}));
}

TEST(CyclictestTest, IsToldWhatTheArmsAre) {
  const LatencyArm arm{
      .name = "cyclictest", .title = "", .kind = ArmKind::Cyclictest, .priority = 77, .cores = {3}};
  const auto arguments = cyclictest_arguments(
      arm, {.period = std::chrono::microseconds{100}, .slots = 500, .warm_up_slots = 50}, {0, 1});
  for (const char* wanted : {"--priority=77", "--affinity=3", "--mainaffinity=0-1",
                             "--interval=100", "--loops=550", "--mlockall"}) {
    EXPECT_THAT(arguments, Contains(wanted));
  }
}

}  // namespace
}  // namespace isotherm::diagnose
