#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/core_checks.hpp"
#include "diagnose/recorded_machine.hpp"
#include "diagnose/threads.hpp"

namespace isotherm::diagnose {
namespace {

using test::plan_on;
using test::RecordedMachine;
using test::the;
using testing::HasSubstr;

Finding governor_of(RecordedMachine& machine) {
  return the(machine.examine(plan_on({2}, {0, 1})), "core 2", "governor");
}

// A tuned Pi 5 booted without what keeps the governor.
struct GovernorTest : testing::Test {
  GovernorTest() { machine.files.set("/proc/cmdline", "isolcpus=2-3 nohz_full=2-3"); }
  RecordedMachine machine{"tuned-pi5"};
};

TEST_F(GovernorTest, PerformanceThatWasSetByHandFallsBackAtBoot) {
  EXPECT_EQ(governor_of(machine).severity, Severity::Warning);
  EXPECT_THAT(governor_of(machine).seen, HasSubstr("nothing known makes it so"));
  EXPECT_THAT(governor_of(machine).mend, HasSubstr("cpufreq.default_governor=performance"));
}

TEST_F(GovernorTest, TheKernelsOwnDefaultIsKnownFromItsConfiguration) {
  const std::string file = "/boot/config-6.12.34-v8-16k-rt+";
  machine.files.set(file, "CONFIG_CPU_FREQ_DEFAULT_GOV_ONDEMAND=y");
  EXPECT_EQ(governor_of(machine).severity, Severity::Warning);
  EXPECT_THAT(governor_of(machine).seen, HasSubstr("ondemand after the next boot"));
  machine.files.set(file, "CONFIG_CPU_FREQ_DEFAULT_GOV_PERFORMANCE=y");
  EXPECT_EQ(governor_of(machine).severity, Severity::Pass);
}

TEST_F(GovernorTest, CpufrequtilsSetsItAtBoot) {
  machine.files.set("/etc/default/cpufrequtils", "ENABLE=\"true\"\nGOVERNOR=\"performance\"\n");
  EXPECT_EQ(governor_of(machine).severity, Severity::Pass);
  machine.files.set("/etc/default/cpufrequtils", "GOVERNOR='powersave'\n");
  EXPECT_THAT(governor_of(machine).seen, HasSubstr("powersave after the next boot"));
}

TEST_F(GovernorTest, RaspiConfigUndoesWhatTheKernelWasTold) {
  machine.files.set("/proc/cmdline", "cpufreq.default_governor=performance");
  EXPECT_EQ(governor_of(machine).severity, Severity::Pass);
  machine.files.set("/etc/rc5.d/S01raspi-config", "#!/bin/sh");
  EXPECT_EQ(governor_of(machine).severity, Severity::Warning);
  EXPECT_THAT(governor_of(machine).mend, HasSubstr("`sudo systemctl disable raspi-config`"));
}

TEST_F(GovernorTest, AFrequencyThatIsHeldAtItsHighestNeedsNoGovernor) {
  machine.files.set("/sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "ondemand");
  EXPECT_EQ(governor_of(machine).severity, Severity::Warning);
  machine.files.set("/sys/devices/system/cpu/cpu2/cpufreq/scaling_min_freq", "2400000");
  EXPECT_EQ(governor_of(machine).severity, Severity::Pass);
}

TEST(CoreTest, CallbacksThatAreOffloadedAreKnownByTheirThread) {
  RecordedMachine machine("tuned-pi5");
  const auto callbacks = [&machine] {
    return the(machine.examine(plan_on({2}, {0, 1})), "core 2", "rcu-callbacks");
  };
  EXPECT_EQ(callbacks().severity, Severity::Pass);
  machine.files.set("/proc/cmdline", "isolcpus=2-3 nohz_full=2-3");
  EXPECT_THAT(callbacks().seen, HasSubstr("implied by nohz_full="));
  EXPECT_EQ(callbacks().severity, Severity::Pass);
  // Asked for, and the kernel has made no thread for it.
  machine.files.set("/proc/cmdline", "rcu_nocbs=2-3");
  machine.files.set("/sys/devices/system/cpu/nohz_full", "");
  for (const std::string& pid : machine.files.list("/proc")) {
    const std::string task = "/proc/" + pid + "/task/" + pid;
    if (machine.files.text(task + "/stat").value_or("").find("(rcuop/2)") != std::string::npos) {
      machine.files.remove("/proc/" + pid);
    }
  }
  EXPECT_EQ(callbacks().severity, Severity::Warning);
  EXPECT_THAT(callbacks().seen, HasSubstr("although asked for otherwise"));
}

TEST(CoreTest, AnIdleStateThatIsDisabledDoesNotCount) {
  RecordedMachine machine("container");
  const auto idle = [&machine] {
    return the(machine.examine(plan_on({3}, {0})), "core 3", "idle");
  };
  EXPECT_EQ(idle().severity, Severity::Warning);
  for (const char* const state : {"state3", "state4"}) {
    machine.files.set(std::string{"/sys/devices/system/cpu/cpu3/cpuidle/"} + state + "/disable",
                      "1");
  }
  EXPECT_EQ(idle().severity, Severity::Pass);
  EXPECT_THAT(idle().seen, HasSubstr("C1E, takes 10 us"));
}

TEST(CoreTest, AThreadThatWasPinnedToAnIsolatedCoreIsNamedWithItsProcess) {
  RecordedMachine machine("tuned-pi5");
  machine.files.set("/proc/700/task/700/status", "Name:\tsshd\nCpus_allowed_list:\t2");
  const Finding finding = the(machine.examine(plan_on({2}, {0, 1})), "core 2", "user-threads");
  EXPECT_EQ(finding.severity, Severity::Warning);
  EXPECT_THAT(finding.mend, HasSubstr("`sudo taskset -apc 0-1 700` for sshd"));
}

TEST(ThreadsTest, ANameMayHoldBracketsAndBlanks) {
  const auto thread = parse_thread(
      "77 (a) (b c) S 1 77 77 0 -1 4194304 0 0 0 0 0 0 0 0 -81 0 1 0 100 0 0 0 0 0 0 0 0 0 0 0 0 "
      "0 0 0 17 3 80 1 0 0 0");
  ASSERT_TRUE(thread);
  EXPECT_EQ(thread->name, "a) (b c");
  EXPECT_EQ(thread->core, 3U);
  EXPECT_EQ(thread->priority, 80);
  EXPECT_TRUE(thread->realtime());
  EXPECT_FALSE(thread->of_kernel);
}

TEST(ThreadsTest, ALineThatIsCutOffIsNone) {
  EXPECT_FALSE(parse_thread(""));
  EXPECT_FALSE(parse_thread("77 (a"));
  EXPECT_FALSE(parse_thread("77 (a) S 1 77 77 0 -1"));
}

TEST(ThreadsTest, ThoseOfTheDoctorItselfAreLeftOut) {
  RecordedMachine machine("stock-pi4");
  machine.files.set("/proc/self/stat", "700 (sshd) R 1");
  for (const ThreadSeen& thread : read_threads(machine.files)) {
    EXPECT_NE(thread.pid, 700U);
  }
}

}  // namespace
}  // namespace isotherm::diagnose
