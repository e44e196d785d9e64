#include "diagnose/doctor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "diagnose/recorded_machine.hpp"

namespace isotherm::diagnose {
namespace {

using core::CpuSet;
using test::names_of;
using test::plan_on;
using test::RecordedMachine;
using test::the;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

bool is_about_isolation(const Finding& finding) {
  const std::vector<std::string> checks{"isolated", "tick", "rcu-callbacks"};
  return std::find(checks.begin(), checks.end(), finding.check) != checks.end();
}

TEST(DoctorTest, EveryFindingThatIsNotAPassSaysWhyItMattersAndWhatMendsIt) {
  for (const char* const name : {"stock-pi4", "tuned-pi5", "container", "virtual-machine"}) {
    RecordedMachine machine(name);
    for (const Finding& finding : machine.examine(plan_on({1}, {0}))) {
      SCOPED_TRACE(std::string{name} + ": " + finding.group + ": " + finding.check);
      EXPECT_FALSE(finding.seen.empty());
      EXPECT_EQ(finding.severity == Severity::Pass, finding.mend.empty()) << finding.seen;
      EXPECT_EQ(finding.severity == Severity::Pass, finding.why.empty()) << finding.seen;
    }
  }
}

TEST(DoctorTest, AStockPi4FailsOnIsolationAndWarnsOfWhatComesWithRaspberryPiOs) {
  RecordedMachine machine("stock-pi4");
  const Findings findings = machine.examine(plan_on({2, 3}, {0, 1}));
  EXPECT_THAT(names_of(findings, Severity::Failure),
              ElementsAre("core 2: isolated", "core 3: isolated"));
  EXPECT_THAT(
      names_of(findings, Severity::Warning),
      ElementsAre("kernel: preemption", "kernel: tickless", "core 2: tick", "core 2: rcu-callbacks",
                  "core 2: interrupts", "core 2: interrupt-affinity", "core 2: kernel-threads",
                  "core 2: user-threads", "core 2: governor", "core 3: tick",
                  "core 3: rcu-callbacks", "core 3: user-threads", "core 3: governor",
                  "system: timer-migration", "system: swap", "system: workqueues",
                  "system: power"));
}

TEST(DoctorTest, AStockPi4IsToldTheLinesOfItsOwnFiles) {
  RecordedMachine machine("stock-pi4");
  const Findings findings = machine.examine(plan_on({2, 3}, {0, 1}));
  EXPECT_EQ(the(findings, "core 2", "isolated").mend,
            "add `isolcpus=managed_irq,domain,2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1` to "
            "the one line of /boot/firmware/cmdline.txt and reboot");
  const Finding interrupts = the(findings, "core 2", "interrupts");
  EXPECT_THAT(interrupts.seen, HasSubstr("of devices: eth0 120/s"));
  EXPECT_THAT(interrupts.mend, HasSubstr("`echo 0-1 | sudo tee /proc/irq/29/smp_affinity_list`"));
  EXPECT_THAT(the(findings, "core 2", "governor").mend,
              HasSubstr("/sys/devices/system/cpu/cpu2/cpufreq/scaling_governor"));
  EXPECT_THAT(the(findings, "system", "power").seen,
              HasSubstr("under-voltage since boot, throttled since boot"));
  EXPECT_THAT(the(findings, "system", "swap").seen, HasSubstr("/var/swap"));
  EXPECT_THAT(the(findings, "system", "workqueues").mend, HasSubstr("`echo 3 | sudo tee"));
  EXPECT_THAT(the(findings, "core 2", "user-threads").seen,
              HasSubstr("5 threads may run here, and these did: dbus-daemon"));
  EXPECT_THAT(the(findings, "core 2", "kernel-threads").seen,
              AllOf(HasSubstr("ran here: rcu_preempt, kworker/u16:3"),
                    HasSubstr("of its own ran ksoftirqd/2")));
}

TEST(DoctorTest, ATunedPi5PassesEverything) {
  RecordedMachine machine("tuned-pi5");
  const Findings findings = machine.examine(plan_on({2, 3}, {0, 1}));
  EXPECT_THAT(names_of(findings, Severity::Failure), IsEmpty());
  EXPECT_THAT(names_of(findings, Severity::Warning), IsEmpty());
  EXPECT_EQ(worst_of(findings), Severity::Pass);
  EXPECT_THAT(the(findings, "kernel", "preemption").seen, HasSubstr("PREEMPT_RT"));
  EXPECT_THAT(the(findings, "core 2", "governor").seen, HasSubstr("cpufreq.default_governor"));
}

TEST(DoctorTest, OnATunedPi5AHousekeepingCoreFailsTheIsolationChecks) {
  RecordedMachine machine("tuned-pi5");
  DoctorPlan plan = plan_on({2, 3}, {0, 1});
  plan.more_cores = CpuSet{1};
  for (const Finding& finding : machine.examine(plan)) {
    if (is_about_isolation(finding)) {
      EXPECT_EQ(finding.severity == Severity::Pass, finding.group != "core 1")
          << finding.group << ": " << finding.check;
    }
  }
  EXPECT_EQ(the(machine.examine(plan), "core 1", "isolated").severity, Severity::Failure);
}

TEST(DoctorTest, AContainerOnALaptopIsToldWhatItCannotSeeAndWhatItsHostDoes) {
  RecordedMachine machine("container");
  const Findings findings = machine.examine(plan_on({3}, {0}));
  EXPECT_THAT(names_of(findings, Severity::Failure), ElementsAre("core 3: isolated"));
  EXPECT_THAT(
      names_of(findings, Severity::Warning),
      ElementsAre("kernel: preemption", "kernel: smt", "core 3: tick", "core 3: rcu-callbacks",
                  "core 3: interrupts", "core 3: interrupt-affinity", "core 3: user-threads",
                  "core 3: competition", "core 3: sibling", "core 3: governor", "core 3: idle",
                  "system: timer-migration", "system: swap", "system: huge-pages",
                  "system: watchdog"));
  EXPECT_THAT(the(findings, "core 3", "kernel-threads").seen, HasSubstr("not to be seen"));
  EXPECT_THAT(the(findings, "core 3", "idle").seen, HasSubstr("C10, takes 890 us"));
  EXPECT_THAT(the(findings, "core 3", "sibling").seen, HasSubstr("core 7"));
  EXPECT_THAT(the(findings, "core 3", "competition").seen, HasSubstr("worker"));
  EXPECT_THAT(the(findings, "core 3", "interrupts").seen, HasSubstr("enp0s31f6 100/s"));
}

TEST(DoctorTest, AVirtualMachineIsNotIsolatedAndItsHostMayTakeTheCore) {
  RecordedMachine machine("virtual-machine");
  const Findings findings = machine.examine(plan_on({1}, {0}));
  EXPECT_EQ(the(findings, "core 1", "isolated").severity, Severity::Failure);
  EXPECT_THAT(the(findings, "core 1", "isolated").mend,
              HasSubstr("isolcpus=managed_irq,domain,1 nohz_full=1 rcu_nocbs=1 irqaffinity=0"));
  EXPECT_EQ(the(findings, "kernel", "hypervisor").severity, Severity::Warning);
  EXPECT_EQ(the(findings, "kernel", "clocksource").severity, Severity::Pass);
  EXPECT_EQ(the(findings, "core 1", "interrupts").severity, Severity::Warning);
  EXPECT_THAT(the(findings, "core 1", "interrupts").seen, HasSubstr("virtio"));
  EXPECT_EQ(the(findings, "system", "rt-group-budget").severity, Severity::Pass);
}

TEST(DoctorTest, WatchesForASecondAndTriesWithThePolicyOfTheReader) {
  RecordedMachine machine("tuned-pi5");
  DoctorPlan plan = plan_on({2}, {0, 1});
  plan.readers[0].policy = core::SchedulingPolicy::RoundRobin;
  plan.readers[0].priority = 42;
  static_cast<void>(machine.examine(plan));
  EXPECT_EQ(machine.trials.watched, kWatch);
  ASSERT_EQ(machine.trials.asked.size(), 1U);
  EXPECT_EQ(machine.trials.asked[0].core, 2U);
  EXPECT_EQ(machine.trials.asked[0].policy, core::SchedulingPolicy::RoundRobin);
  EXPECT_EQ(machine.trials.asked[0].priority, 42);
}

TEST(DoctorTest, AWakeUpLaterThanATenthOfThePeriodIsAWarning) {
  RecordedMachine machine("tuned-pi5");
  machine.trials.late_max = core::Nanoseconds{1'000'000};
  EXPECT_EQ(the(machine.examine(plan_on({2}, {0, 1})), "core 2", "wake-up").severity,
            Severity::Pass);
  machine.trials.late_max = core::Nanoseconds{1'000'001};
  EXPECT_EQ(the(machine.examine(plan_on({2}, {0, 1})), "core 2", "wake-up").severity,
            Severity::Warning);
  machine.trials.refusal = "no right";
  EXPECT_THAT(the(machine.examine(plan_on({2}, {0, 1})), "core 2", "wake-up").seen,
              HasSubstr("not tried: no right"));
}

TEST(DoctorTest, ACoreThatIsOfflineFailsAndIsNotTried) {
  RecordedMachine machine("tuned-pi5");
  machine.files.set("/sys/devices/system/cpu/online", "0-2");
  const Findings findings = machine.examine(plan_on({2, 3}, {0, 1}));
  EXPECT_EQ(the(findings, "core 3", "online").severity, Severity::Failure);
  EXPECT_THAT(the(findings, "core 3", "online").mend, HasSubstr("cpu3/online"));
  EXPECT_THAT(names_of(findings, Severity::Failure), ElementsAre("core 3: online"));
  EXPECT_EQ(machine.trials.asked.size(), 1U);
}

TEST(DoctorTest, AMachineThatShowsNothingIsStillJudged) {
  test::FakeFileTree files;
  test::FakeTrials trials(files);
  os::Topology topology;
  topology.online = topology.possible = topology.allowed = CpuSet{0, 1};
  const Findings findings = examine(files, trials, topology, "", plan_on({1}, {0}));
  EXPECT_EQ(worst_of(findings), Severity::Failure);
  EXPECT_THAT(names_of(findings, Severity::Failure),
              ElementsAre("kernel: preemption", "core 1: isolated"));
}

TEST(DoctorTest, AReaderUnderDeadlineOwnsNoCore) {
  RecordedMachine machine("tuned-pi5");
  DoctorPlan plan = plan_on({2}, {0, 1});
  DoctorReader everywhere;
  everywhere.name = "everywhere";
  everywhere.cores = CpuSet{0, 1, 2, 3};
  everywhere.policy = core::SchedulingPolicy::Deadline;
  plan.readers.push_back(everywhere);
  EXPECT_EQ(plan.cores(), CpuSet{2});
  EXPECT_THAT(names_of(machine.examine(plan), Severity::Failure), IsEmpty());
}

TEST(DoctorTest, ASpinThatTakesTheWholeCoreIsThrottledAndHeatsTheBoard) {
  RecordedMachine machine("tuned-pi5");
  DoctorPlan plan = plan_on({2}, {0, 1});
  plan.readers[0].spin = core::Nanoseconds{9'600'000};
  plan.realtime_share = 0.96;
  const Findings findings = machine.examine(plan);
  const Finding limit = the(findings, "system", "rt-throttling");
  EXPECT_EQ(limit.severity, Severity::Failure);
  EXPECT_THAT(limit.seen, HasSubstr("starve get 5 % of a core"));
  EXPECT_THAT(limit.mend, Not(HasSubstr("sched_rt_runtime_us"))) << "it has no part in that";
  EXPECT_THAT(the(findings, "system", "spin-tail").seen, HasSubstr("reader2"));
  EXPECT_EQ(the(findings, "system", "spin-tail").severity, Severity::Warning);
  machine.files.set("/proc/sys/kernel/sched_rt_runtime_us", "-1");
  EXPECT_EQ(the(machine.examine(plan), "system", "rt-throttling").severity, Severity::Failure);
}

TEST(DoctorTest, BeforeLinux612ASettingLimitsRealtimeThreads) {
  RecordedMachine machine("tuned-pi5");
  machine.files.set("/proc/version", "Linux version 6.11.2 (builder@host) #1 SMP PREEMPT_RT");
  DoctorPlan plan = plan_on({2}, {0, 1});
  plan.realtime_share = 0.96;
  const Findings findings = machine.examine(plan);
  const Finding limit = the(findings, "system", "rt-throttling");
  EXPECT_EQ(limit.severity, Severity::Failure);
  EXPECT_THAT(limit.seen, HasSubstr("real-time threads may take 95 % of a core"));
  EXPECT_THAT(limit.mend, HasSubstr("kernel.sched_rt_runtime_us=-1"));
  machine.files.set("/proc/sys/kernel/sched_rt_runtime_us", "-1");
  EXPECT_EQ(the(machine.examine(plan), "system", "rt-throttling").severity, Severity::Pass);
}

TEST(DoctorTest, WhatARecordHoldsIsWhatWasRead) {
  RecordedMachine machine("stock-pi4");
  const RecordingTree recording(machine.files);
  const Findings first = examine(recording, machine.trials, os::read_topology(recording),
                                 "Raspberry Pi 4", plan_on({2}, {0, 1}));
  test::FakeFileTree files;
  test::FakeTrials trials(files);
  replay(recording.record(), [&](const std::string& path, const std::string& text, bool again) {
    if (again) {
      trials.later.emplace_back(path, text);
    } else {
      files.set(path, text);
    }
  });
  const Findings second =
      examine(files, trials, os::read_topology(files), "Raspberry Pi 4", plan_on({2}, {0, 1}));
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].seen, second[i].seen) << first[i].check;
    EXPECT_EQ(first[i].severity, second[i].severity) << first[i].check;
  }
  // Looked for, and not there: a kernel without PREEMPT_RT has no such file.
  constexpr auto kAbsent = "/sys/kernel/realtime";
  EXPECT_EQ(recording.text(kAbsent), std::nullopt);
  EXPECT_THAT(recording.record(), Not(HasSubstr(kAbsent)));
}

}  // namespace
}  // namespace isotherm::diagnose
