#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/doctor_output.hpp"
#include "app/doctor_plan.hpp"

namespace isotherm::app {
namespace {

using diagnose::Findings;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const diagnose::Finding kPass{"kernel", "timers", diagnose::Severity::Pass, "fine"};
const diagnose::Finding kWarning{"system", "swap", diagnose::Severity::Warning,
                                 "some",   "slow", "`swapoff`"};
const diagnose::Finding kFailure{"core 1", "isolated", diagnose::Severity::Failure,
                                 "not",    "late",     "isolcpus=1"};

TEST(DoctorOutputTest, TheExitCodeIsTheWorstFinding) {
  EXPECT_EQ(doctor_exit_code({}), core::ExitCode::Ok);
  EXPECT_EQ(doctor_exit_code({kPass}), core::ExitCode::Ok);
  EXPECT_EQ(doctor_exit_code({kWarning, kPass}), core::ExitCode::Warnings);
  EXPECT_EQ(doctor_exit_code({kPass, kFailure, kWarning}), core::ExitCode::Failures);
  EXPECT_EQ(static_cast<int>(core::ExitCode::Warnings), 1);
  EXPECT_EQ(static_cast<int>(core::ExitCode::Failures), 2);
}

TEST(DoctorOutputTest, TheTextHasAHeadingForEachGroupAndCountsAtItsEnd) {
  const std::string text = doctor_text({.station = "kiln",
                                        .board = "rpi4",
                                        .readers = "fast on core 1",
                                        .findings = {kPass, kFailure, kWarning},
                                        .fixes = {}});
  EXPECT_THAT(text, AllOf(HasSubstr("station kiln, board rpi4; readers: fast on core 1\n"),
                          HasSubstr("\nkernel\n  pass     timers: fine\n"),
                          HasSubstr("\ncore 1\n  FAILURE  isolated: not\n"),
                          HasSubstr("           why: late\n           mend: isolcpus=1\n"),
                          HasSubstr("\n1 failure, 1 warning, 1 passed\n")));
}

TEST(DoctorOutputTest, AMendThatIsTheOneBeforeIsNotRepeated) {
  diagnose::Finding same = kFailure;
  same.check = "tick";
  const std::string text = doctor_text(
      {.station = "", .board = "", .readers = "", .findings = {kFailure, same}, .fixes = {}});
  EXPECT_EQ(text.find("mend: isolcpus=1"), text.rfind("mend: isolcpus=1"));
  EXPECT_THAT(text, HasSubstr("mend: the same\n"));
}

RealtimeFindings with(Prerequisite prerequisite) {
  RealtimeFindings realtime;
  realtime.prerequisites.push_back(std::move(prerequisite));
  return realtime;
}

TEST(DoctorPlanTest, AMissingRightIsAFailureWithItsPlaceAndMend) {
  const Findings findings =
      rights_findings(with({Prerequisite::Severity::Missing, "no right to SCHED_FIFO",
                            "kiln.toml:3", "setcap", Topic::Scheduling}),
                      "/usr/bin/isotherm", "pi");
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].check, "scheduling");
  EXPECT_EQ(findings[0].severity, diagnose::Severity::Failure);
  EXPECT_EQ(findings[0].seen, "kiln.toml:3: no right to SCHED_FIFO");
  EXPECT_EQ(findings[0].mend, "setcap");
}

TEST(DoctorPlanTest, ARightIsNamedByItsTopicAndNotByItsWords) {
  RealtimeFindings realtime = with({Prerequisite::Severity::Missing, "no SCHED_FIFO: out of memory",
                                    "", "setcap", Topic::Scheduling});
  realtime.prerequisites.push_back(
      {Prerequisite::Severity::Missing, "no mlockall", "", "setcap", Topic::Memory});
  const Findings findings = rights_findings(realtime, "/usr/bin/isotherm", "pi");
  ASSERT_GE(findings.size(), 2U);
  EXPECT_EQ(findings[0].check, "scheduling");
  EXPECT_EQ(findings[1].check, "memory");
  EXPECT_EQ(findings[1].severity, diagnose::Severity::Failure);
}

TEST(DoctorPlanTest, WhatIsGrantedPassesAndAServiceAndAShellAreToldHow) {
  RealtimeFindings realtime;
  realtime.trials.push_back({core::SchedulingPolicy::Fifo, 77, 0});
  realtime.may_lock_memory = true;
  realtime.lock_bytes = 20ULL << 20U;
  const Findings findings = rights_findings(realtime, "/usr/bin/isotherm", "pi");
  EXPECT_EQ(worst_of(findings), diagnose::Severity::Pass);
  std::string all;
  for (const diagnose::Finding& finding : findings) {
    all += finding.check + ": " + finding.seen + "\n";
  }
  EXPECT_THAT(all, AllOf(HasSubstr("scheduling: granted when tried: fifo at priority 77"),
                         HasSubstr("LimitRTPRIO=77"), HasSubstr("LimitMEMLOCK=20480K"),
                         HasSubstr("\"pi - rtprio 77\""), HasSubstr("\"pi - memlock 20480\"")));
}

TEST(DoctorPlanTest, IsolationIsLeftToTheCoresAndAllElseIsInThePlan) {
  EXPECT_THAT(plan_findings(with({Prerequisite::Severity::Warning, "core 1 is not isolated", "",
                                  "boot", Topic::Isolation}),
                            {}, {}),
              IsEmpty());
  const Findings findings = plan_findings(
      with({Prerequisite::Severity::Missing, "core 3 is offline", "a.toml:9", "online it"}),
      {{core::ExitCode::Absent, "no device", "a.toml:12", "plug it in"}},
      {{core::ExitCode::Unavailable, "cannot hold 1 kHz", "a.toml:14", "at most 485 Hz"}});
  ASSERT_THAT(findings, SizeIs(3));
  EXPECT_EQ(findings[0].check, "sensor");
  EXPECT_EQ(findings[1].check, "feasibility");
  EXPECT_EQ(findings[1].severity, diagnose::Severity::Failure);
  EXPECT_EQ(findings[2].seen, "a.toml:9: core 3 is offline");
  EXPECT_EQ(findings[2].severity, diagnose::Severity::Failure);
}

TEST(DoctorPlanTest, ANoteAboutTheBoardIsNoWarning) {
  const Findings findings =
      board_findings({{BoardDifference::Weight::Note, "no spi bus", "dtparam=spi=on"}}, "rpi4");
  EXPECT_EQ(worst_of(findings), diagnose::Severity::Pass);
  EXPECT_EQ(worst_of(board_findings(
                {{BoardDifference::Weight::Warning, "booted otherwise", "apply"}}, "rpi4")),
            diagnose::Severity::Warning);
  EXPECT_THAT(board_findings({}, "rpi4")[0].seen, Not(IsEmpty()));
}

}  // namespace
}  // namespace isotherm::app
