#include "app/preflight.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>

namespace isotherm::app {
namespace {

using core::CpuSet;
using core::SchedulingPolicy;
using settings::Isolation;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;

PreflightReader reader(SchedulingPolicy policy, int priority, CpuSet cores = {3}) {
  PreflightReader result;
  result.name = "fast";
  result.where = "station.toml:7";
  result.policy = policy;
  result.priority = priority;
  result.cores = std::move(cores);
  result.period = 1ms;
  return result;
}

// A Raspberry Pi with isolated cores 2 and 3, and a plan that it can carry out as root.
class PreflightTest : public testing::Test {
 protected:
  PreflightTest() {
    facts_.topology.online = facts_.topology.possible = CpuSet{0, 1, 2, 3};
    facts_.topology.allowed = facts_.topology.online;
    facts_.topology.isolated = CpuSet{2, 3};
    facts_.privileges.cap_sys_nice = true;
    facts_.privileges.cap_ipc_lock = true;
    facts_.program = "/usr/bin/isotherm";
    facts_.user = "pi";
    facts_.machine_model = "Raspberry Pi 4 Model B Rev 1.4";
    plan_.readers = {reader(SchedulingPolicy::Fifo, 80)};
    plan_.lock_bytes = 40 * kMebibyte;
  }
  void as_ordinary_user() {
    facts_.privileges.cap_sys_nice = false;
    facts_.privileges.cap_ipc_lock = false;
    facts_.privileges.rlimit_rtprio = 0;
    facts_.privileges.rlimit_memlock = 8 * kMebibyte;
  }
  void kernel_answers(int error) {
    facts_.trials = wanted_trials(plan_);
    for (os::RealtimeTrial& trial : facts_.trials) {
      trial.error = error;
    }
  }
  [[nodiscard]] std::vector<Prerequisite> findings() const { return preflight(facts_, plan_); }
  [[nodiscard]] Prerequisite only_finding() const {
    const auto all = findings();
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? Prerequisite{} : all.front();
  }

  PreflightFacts facts_;
  PreflightPlan plan_;
};

auto missing(const std::string& what, const std::string& mend) {
  return AllOf(Field("severity", &Prerequisite::severity, Prerequisite::Severity::Missing),
               Field("what", &Prerequisite::what, HasSubstr(what)),
               Field("mend", &Prerequisite::mend, HasSubstr(mend)));
}

TEST_F(PreflightTest, RootOnAnIsolatedCoreLacksNothing) {
  EXPECT_THAT(findings(), IsEmpty());
  kernel_answers(0);
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, AnOrdinaryUserLearnsEverythingAtOnce) {
  as_ordinary_user();
  facts_.topology.isolated = {};
  kernel_answers(EPERM);
  plan_.isolation = Isolation::Required;
  plan_.placement_problems = {
      {core::ExitCode::Unavailable, "core 2 is offline", "station.toml:9", "bring it online"}};
  EXPECT_THAT(findings(),
              ElementsAre(missing("core 2 is offline", "bring it online"),
                          missing("no right to SCHED_FIFO at priority 80",
                                  "sudo setcap cap_sys_nice,cap_ipc_lock+ep /usr/bin/isotherm"),
                          missing("no right to lock 40 MiB",
                                  "sudo setcap cap_sys_nice,cap_ipc_lock+ep /usr/bin/isotherm"),
                          missing("core 3 is not isolated", "isolcpus=managed_irq,domain,3 ")));
  EXPECT_TRUE(any_missing(findings()));
}

TEST_F(PreflightTest, MistakesOfTheConfigurationAreNoPrerequisites) {
  plan_.placement_problems = {{core::ExitCode::Config, "core 9 does not exist", "", ""}};
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, SchedulingRightsNameTheLimitTheLineAndWhereItDoesNotApply) {
  as_ordinary_user();
  facts_.privileges.rlimit_memlock = os::kNoLimit;
  facts_.privileges.rlimit_rtprio = 50;
  const Prerequisite finding = only_finding();
  EXPECT_THAT(finding.what, AllOf(HasSubstr("CAP_SYS_NICE"), HasSubstr("RLIMIT_RTPRIO is 50")));
  EXPECT_THAT(finding.mend, AllOf(HasSubstr("\"pi - rtprio 80\" in /etc/security/limits.d/"),
                                  HasSubstr("new login"), HasSubstr("LimitRTPRIO=80")));
}

TEST_F(PreflightTest, AHighEnoughPriorityLimitReplacesTheCapability) {
  as_ordinary_user();
  facts_.privileges.rlimit_memlock = os::kNoLimit;
  facts_.privileges.rlimit_rtprio = 80;
  EXPECT_THAT(findings(), IsEmpty());
  facts_.privileges.rlimit_rtprio = 79;
  EXPECT_THAT(findings(), SizeIs(1));
}

TEST_F(PreflightTest, ADeadlineReaderNeedsTheCapabilityWhateverTheLimit) {
  as_ordinary_user();
  facts_.privileges.rlimit_memlock = os::kNoLimit;
  facts_.privileges.rlimit_rtprio = 99;
  plan_.readers = {reader(SchedulingPolicy::Deadline, 0)};
  const Prerequisite finding = only_finding();
  EXPECT_THAT(finding, missing("SCHED_DEADLINE", "setcap"));
  EXPECT_THAT(finding.mend, Not(HasSubstr("rtprio")));
}

TEST_F(PreflightTest, WithoutARealTimeReaderNoSchedulingRightsAreAskedFor) {
  as_ordinary_user();
  plan_.readers = {reader(SchedulingPolicy::Other, 0)};
  plan_.lock_bytes = 0;
  EXPECT_THAT(wanted_trials(plan_), IsEmpty());
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, WhatTheKernelGrantsNeedsNoExplanation) {
  as_ordinary_user();
  plan_.lock_bytes = 0;
  kernel_answers(0);
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, RefusalInSpiteOfTheRightsIsTheGroupsBudget) {
  kernel_answers(EPERM);
  const Prerequisite finding = only_finding();
  EXPECT_THAT(finding, missing("CONFIG_RT_GROUP_SCHED", "kernel.sched_rt_runtime_us=-1"));
  EXPECT_THAT(finding.mend, Not(HasSubstr("setcap")));
  EXPECT_THAT(finding.mend, Not(HasSubstr("cpu.rt_runtime_us")));
}

TEST_F(PreflightTest, AVersionOneGroupWithoutBudgetIsNamedWithItsFile) {
  const std::string file = "/sys/fs/cgroup/cpu/station/cpu.rt_runtime_us";
  facts_.privileges.rt_budget_us = 0;
  facts_.privileges.rt_budget_file = file;
  kernel_answers(EPERM);
  EXPECT_THAT(only_finding(), missing(file + " is 0", "sudo tee " + file));
}

TEST_F(PreflightTest, MissingRightsAndMissingBudgetAreBothSaidWhereBothAreKnown) {
  as_ordinary_user();
  plan_.lock_bytes = 0;
  facts_.privileges.rt_budget_us = 0;
  facts_.privileges.rt_budget_file = "/sys/fs/cgroup/cpu/station/cpu.rt_runtime_us";
  kernel_answers(EPERM);
  EXPECT_THAT(findings(), ElementsAre(missing("CAP_SYS_NICE", "setcap"),
                                      missing("real-time budget", "sudo tee")));
}

TEST_F(PreflightTest, ABudgetThatIsThereIsNotBlamed) {
  facts_.privileges.rt_budget_us = 100'000;
  facts_.privileges.rt_budget_file = "/sys/fs/cgroup/cpu/station/cpu.rt_runtime_us";
  kernel_answers(EPERM);
  EXPECT_THAT(only_finding(), missing("the kernel refuses SCHED_FIFO", "seccomp"));
}

TEST_F(PreflightTest, OtherRefusalsCarryTheKernelsWords) {
  kernel_answers(ENOSYS);
  EXPECT_THAT(only_finding(), missing("Function not implemented", "best-effort"));
  plan_.readers = {reader(SchedulingPolicy::Deadline, 0)};
  kernel_answers(EBUSY);
  EXPECT_THAT(only_finding(), missing("SCHED_DEADLINE", "less runtime"));
  kernel_answers(EPERM);
  EXPECT_THAT(only_finding(), missing("SCHED_DEADLINE", "policy = \"fifo\""));
}

TEST_F(PreflightTest, InAUserNamespaceCapabilitiesAreNotOfferedAsTheFix) {
  facts_.privileges.user_namespace = true;
  facts_.privileges.rlimit_memlock = std::uint64_t{64} * 1024;
  const auto all = findings();
  ASSERT_THAT(all, SizeIs(2));
  for (const Prerequisite& finding : all) {
    EXPECT_THAT(finding.what, HasSubstr("in the initial user namespace"));
    EXPECT_THAT(finding.mend, Not(HasSubstr("setcap")));
  }
  EXPECT_THAT(all[0].mend, HasSubstr("--ulimit rtprio=80"));
  EXPECT_THAT(all[1].mend, HasSubstr("--ulimit memlock=41943040"));
}

TEST_F(PreflightTest, MemoryRightsNameWhatIsNeededAndWhatThereIs) {
  facts_.privileges.cap_ipc_lock = false;
  facts_.privileges.rlimit_memlock = 8 * kMebibyte;
  const Prerequisite finding = only_finding();
  EXPECT_THAT(finding.what,
              AllOf(HasSubstr("lock 40 MiB"), HasSubstr("RLIMIT_MEMLOCK is 8192 KiB")));
  EXPECT_THAT(finding.mend,
              AllOf(HasSubstr("\"pi - memlock 40960\""), HasSubstr("LimitMEMLOCK=40960K")));
}

TEST_F(PreflightTest, MemoryWithinTheLimitOrNotLockedAtAllNeedsNoRight) {
  facts_.privileges.cap_ipc_lock = false;
  facts_.privileges.rlimit_memlock = 40 * kMebibyte;
  EXPECT_THAT(findings(), IsEmpty());
  facts_.privileges.rlimit_memlock = 0;
  plan_.lock_bytes = 0;
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, ACoreThatIsNotIsolatedIsAWarningWithTheWholeBootLine) {
  facts_.topology.isolated = {};
  const Prerequisite finding = only_finding();
  EXPECT_EQ(finding.severity, Prerequisite::Severity::Warning);
  EXPECT_FALSE(any_missing(findings()));
  EXPECT_EQ(finding.where, "station.toml:7");
  EXPECT_THAT(finding.what, AllOf(HasSubstr("core 3 is not isolated"), HasSubstr("fast")));
  EXPECT_THAT(finding.mend,
              AllOf(HasSubstr("`isolcpus=managed_irq,domain,3 nohz_full=3 rcu_nocbs=3 "
                              "irqaffinity=0-2`"),
                    HasSubstr("/boot/firmware/cmdline.txt")));
}

TEST_F(PreflightTest, InterruptsGoToHousekeeping) {
  facts_.topology.isolated = {};
  plan_.housekeeping = CpuSet{0, 1};
  EXPECT_THAT(only_finding().mend, HasSubstr("irqaffinity=0-1`"));
}

TEST_F(PreflightTest, TheBootLineKeepsWhatIsIsolatedAlready) {
  facts_.topology.isolated = CpuSet{3};
  plan_.readers.push_back(reader(SchedulingPolicy::Fifo, 79, {2}));
  EXPECT_THAT(only_finding().mend, HasSubstr("isolcpus=managed_irq,domain,2-3 "));
}

TEST_F(PreflightTest, TheBootLinesPlaceDependsOnTheMachine) {
  facts_.topology.isolated = {};
  facts_.machine_model = "";
  EXPECT_THAT(only_finding().mend, HasSubstr("GRUB_CMDLINE_LINUX"));
  facts_.machine_model = "Radxa ROCK 5B";
  EXPECT_THAT(only_finding().mend, HasSubstr("extlinux.conf"));
}

TEST_F(PreflightTest, WhereIsolationIsRequiredItsLackIsAMissingPrerequisite) {
  facts_.topology.isolated = {};
  plan_.isolation = Isolation::Required;
  EXPECT_THAT(only_finding(), missing("not isolated", "isolcpus="));
}

TEST_F(PreflightTest, IsolatingEverythingIsNotAdvised) {
  facts_.topology.online = CpuSet{0};
  facts_.topology.isolated = {};
  plan_.readers = {reader(SchedulingPolicy::Fifo, 80, {0})};
  EXPECT_THAT(only_finding().mend,
              AllOf(Not(HasSubstr("isolcpus")), HasSubstr("one core cannot isolate it")));
  facts_.topology.online = CpuSet{0, 1};
  plan_.readers = {reader(SchedulingPolicy::Fifo, 80, {0}),
                   reader(SchedulingPolicy::Fifo, 79, {1})};
  EXPECT_THAT(only_finding().mend, Not(HasSubstr("isolcpus")));
}

TEST_F(PreflightTest, CoreZeroKeepsItsTick) {
  plan_.readers = {reader(SchedulingPolicy::Fifo, 80, {0})};
  EXPECT_THAT(only_finding().mend, HasSubstr("better give the reader on core 0 another one"));
}

TEST_F(PreflightTest, ADeadlineReaderIsNoIsolationWarningButCannotBeIsolated) {
  plan_.readers = {reader(SchedulingPolicy::Deadline, 0, {0, 1, 2, 3})};
  EXPECT_THAT(findings(), IsEmpty());
  plan_.isolation = Isolation::Required;
  EXPECT_THAT(only_finding(), missing("cannot be kept to isolated ones", "policy = \"fifo\""));
}

TEST_F(PreflightTest, ThrottlingIsAWarningOnlyWhereASpinTailComesNearIt) {
  plan_.readers[0].worst_case = 990us;  // of 1 ms, but it sleeps between
  EXPECT_THAT(findings(), IsEmpty());
  plan_.readers[0].worst_case = 100us;
  plan_.readers[0].spin = 100us;
  EXPECT_THAT(findings(), IsEmpty());
  plan_.readers[0].spin = 800us;
  const Prerequisite finding = only_finding();
  EXPECT_EQ(finding.severity, Prerequisite::Severity::Warning);
  EXPECT_THAT(finding.what, AllOf(HasSubstr("core 3"), HasSubstr("90 %"), HasSubstr("at 95 %")));
  facts_.privileges.rt_runtime_us = -1;
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, AFairServerStopsASpinTailTooAndNoSettingMendsIt) {
  facts_.privileges.fair_server = true;
  facts_.privileges.rt_runtime_us = -1;
  plan_.readers[0].worst_case = 100us;
  plan_.readers[0].spin = 800us;
  const Prerequisite finding = only_finding();
  EXPECT_EQ(finding.severity, Prerequisite::Severity::Warning);
  EXPECT_THAT(finding.what, AllOf(HasSubstr("at 95 %"), HasSubstr("fair server")));
  EXPECT_THAT(finding.mend, Not(HasSubstr("sched_rt_runtime_us")));
}

TEST_F(PreflightTest, ASmallBudgetOfTheGroupThrottlesSooner) {
  plan_.readers[0].spin = 300us;
  facts_.privileges.rt_budget_us = 500'000;
  facts_.privileges.rt_budget_file = "/sys/fs/cgroup/cpu/station/cpu.rt_runtime_us";
  EXPECT_THAT(findings(), IsEmpty());
  facts_.privileges.rt_budget_us = 200'000;
  const Prerequisite finding = only_finding();
  EXPECT_EQ(finding.severity, Prerequisite::Severity::Warning);
  EXPECT_THAT(finding.what, AllOf(HasSubstr("30 %"), HasSubstr("at 20 %"),
                                  HasSubstr(facts_.privileges.rt_budget_file)));
  EXPECT_THAT(finding.mend, HasSubstr("sudo tee " + facts_.privileges.rt_budget_file));
}

TEST_F(PreflightTest, MoreReadsThanACoreHasTimeForAreAWarning) {
  plan_.readers.push_back(plan_.readers[0]);
  plan_.readers[0].worst_case = 600us;
  plan_.readers[1].worst_case = 500us;
  const Prerequisite finding = only_finding();
  EXPECT_EQ(finding.severity, Prerequisite::Severity::Warning);
  EXPECT_THAT(finding.what, AllOf(HasSubstr("core 3"), HasSubstr("110 %"), HasSubstr("missed")));
  plan_.readers[1].cores = CpuSet{2};
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, DeadlineReadersThatTheAdmissionTestRefusesAreMissingTheirTime) {
  PreflightReader one = reader(SchedulingPolicy::Deadline, 0, {0, 1, 2, 3});
  one.runtime = 950us;  // 95 % of a core each, of the 4 x 95 % that there are
  plan_.readers = {one, one, one};
  EXPECT_THAT(findings(), IsEmpty());
  EXPECT_TRUE(deadline_readers_fit(facts_, plan_));
  plan_.readers.push_back(one);
  plan_.readers.push_back(one);
  EXPECT_FALSE(deadline_readers_fit(facts_, plan_));
  EXPECT_THAT(only_finding(), missing("475 % of a core", "shorter runtime"));
  EXPECT_THAT(only_finding().what, HasSubstr("380 %"));
  EXPECT_EQ(only_finding().where, "station.toml:7");
  facts_.privileges.rt_runtime_us = -1;
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(PreflightTest, MissingPrerequisitesComeBeforeWarnings) {
  facts_.topology.isolated = {};
  plan_.readers[0].spin = 900us;
  facts_.privileges.cap_sys_nice = false;
  const auto all = findings();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].severity, Prerequisite::Severity::Missing);
  EXPECT_EQ(all[1].severity, Prerequisite::Severity::Warning);
  EXPECT_EQ(all[2].severity, Prerequisite::Severity::Warning);
}

TEST_F(PreflightTest, EachRealTimePolicyIsTriedOnceAtItsHighestPriority) {
  plan_.readers = {reader(SchedulingPolicy::Fifo, 70), reader(SchedulingPolicy::Fifo, 80),
                   reader(SchedulingPolicy::RoundRobin, 60), reader(SchedulingPolicy::Deadline, 0),
                   reader(SchedulingPolicy::Other, 0)};
  const auto trials = wanted_trials(plan_);
  ASSERT_THAT(trials, SizeIs(3));
  EXPECT_EQ(trials[0].policy, SchedulingPolicy::Fifo);
  EXPECT_EQ(trials[0].priority, 80);
  EXPECT_EQ(trials[1].policy, SchedulingPolicy::RoundRobin);
  EXPECT_EQ(trials[1].priority, 60);
  EXPECT_EQ(trials[2].policy, SchedulingPolicy::Deadline);
  EXPECT_EQ(trials[2].priority, 0);
}

TEST_F(PreflightTest, WithoutAProgramPathOrAUserTheLinesHavePlaceholders) {
  as_ordinary_user();
  facts_.program = "";
  facts_.user = "";
  EXPECT_THAT(findings().front().mend,
              AllOf(HasSubstr("/path/to/isotherm"), HasSubstr("youruser - rtprio 80")));
}

}  // namespace
}  // namespace isotherm::app
