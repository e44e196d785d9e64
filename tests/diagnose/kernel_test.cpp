#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/kernel_checks.hpp"
#include "diagnose/recorded_machine.hpp"
#include "os/kernel_name.hpp"

namespace isotherm::diagnose {
namespace {

using testing::HasSubstr;

struct KernelTest : testing::Test {
  // "Linux version 6.12.1-x (builder) (gcc) #1 SMP <preemption> date"
  void version(const std::string& preemption) {
    files.set("/proc/version",
              "Linux version 6.12.1-x (builder@host) (gcc) #1 SMP " + preemption + "Mon Jan 1");
  }
  [[nodiscard]] Finding finding(const std::string& check) const {
    const KernelFacts facts = read_kernel_facts(files, resolution);
    return test::the(kernel_findings(facts, "HERE"), "kernel", check);
  }

  core::Nanoseconds resolution{1};
  test::FakeFileTree files;
};

TEST_F(KernelTest, PreemptRtIsKnownByTheFileOfPatchedKernelsAndByTheVersionOfLaterOnes) {
  version("PREEMPT_RT ");
  EXPECT_EQ(finding("preemption").severity, Severity::Pass);
  version("PREEMPT RT ");
  EXPECT_EQ(finding("preemption").severity, Severity::Pass);
  version("PREEMPT ");
  EXPECT_EQ(finding("preemption").severity, Severity::Warning);
  files.set("/sys/kernel/realtime", "1");
  EXPECT_EQ(finding("preemption").severity, Severity::Pass);
  EXPECT_THAT(finding("preemption").seen, HasSubstr("/sys/kernel/realtime"));
}

TEST_F(KernelTest, AKernelThatCannotBePreemptedFails) {
  version("");
  EXPECT_EQ(finding("preemption").severity, Severity::Failure);
  EXPECT_THAT(finding("preemption").mend, HasSubstr("PREEMPT_RT"));
}

TEST_F(KernelTest, TheModeOfADynamicKernelIsInDebugfsElseOnItsLineElseInItsConfiguration) {
  version("PREEMPT_DYNAMIC ");
  EXPECT_EQ(finding("preemption").severity, Severity::Warning);
  EXPECT_THAT(finding("preemption").mend, HasSubstr("debugfs"));

  files.set("/boot/config-6.12.1-x", "CONFIG_PREEMPT_VOLUNTARY=y\n# CONFIG_PREEMPT is not set\n");
  EXPECT_EQ(finding("preemption").severity, Severity::Failure);
  EXPECT_THAT(finding("preemption").seen, HasSubstr("/boot/config-6.12.1-x"));

  files.set("/proc/cmdline", "quiet preempt=full");
  EXPECT_EQ(finding("preemption").severity, Severity::Warning);
  EXPECT_THAT(finding("preemption").seen, HasSubstr("preempt=full"));

  files.set("/sys/kernel/debug/sched/preempt", "(none) voluntary full lazy");
  EXPECT_EQ(finding("preemption").severity, Severity::Failure);
  EXPECT_THAT(finding("preemption").mend,
              HasSubstr("`echo full | sudo tee /sys/kernel/debug/sched/preempt`"));
}

TEST_F(KernelTest, TimersInStepsOfATickFail) {
  EXPECT_EQ(finding("timers").severity, Severity::Pass);
  resolution = core::Nanoseconds{4'000'000};
  EXPECT_EQ(finding("timers").severity, Severity::Failure);
  files.set("/proc/cmdline", "highres=off");
  EXPECT_THAT(finding("timers").mend, HasSubstr("highres=off"));
}

TEST_F(KernelTest, ASlowClockIsToldWhichOneIsBetter) {
  const std::string folder = "/sys/devices/system/clocksource/clocksource0/";
  EXPECT_EQ(finding("clocksource").severity, Severity::Warning);
  files.set(folder + "current_clocksource", "hpet");
  files.set(folder + "available_clocksource", "hpet tsc acpi_pm");
  EXPECT_EQ(finding("clocksource").severity, Severity::Warning);
  EXPECT_THAT(finding("clocksource").mend, HasSubstr("`echo tsc | sudo tee"));
  files.set(folder + "current_clocksource", "jiffies");
  EXPECT_EQ(finding("clocksource").severity, Severity::Failure);
  files.set(folder + "current_clocksource", "arch_sys_counter");
  EXPECT_EQ(finding("clocksource").severity, Severity::Pass);
}

TEST_F(KernelTest, ReleasesAreComparedAsNumbers) {
  version("");
  const KernelFacts facts = read_kernel_facts(files, resolution);
  EXPECT_TRUE(os::release_at_least(facts.release, 6, 12));
  EXPECT_TRUE(os::release_at_least(facts.release, 5, 99));
  EXPECT_FALSE(os::release_at_least(facts.release, 6, 13));
  EXPECT_FALSE(os::release_at_least(KernelFacts{}.release, 0, 0));
}

TEST_F(KernelTest, ALineKnowsDashesAsUnderscores) {
  const KernelLine line{"rcu-nocbs=2-3 quiet a=1 a=2"};
  EXPECT_EQ(line.value("rcu_nocbs"), "2-3");
  EXPECT_EQ(line.value("quiet"), "");
  EXPECT_EQ(line.value("a"), "2");
  EXPECT_EQ(line.value("nohz_full"), std::nullopt);
}

TEST_F(KernelTest, MasksAreReadByGroupsFromTheirEnd) {
  EXPECT_EQ(cores_of_mask("f")->text(), "0-3");
  EXPECT_EQ(cores_of_mask("1,00000003")->text(), "0-1,32");
  EXPECT_EQ(cores_of_mask("0")->text(), "");
  EXPECT_EQ(cores_of_mask(""), std::nullopt);
  EXPECT_EQ(cores_of_mask("x"), std::nullopt);
}

}  // namespace
}  // namespace isotherm::diagnose
