#include "os/privileges.hpp"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "os/sysfs_tree.hpp"
#include "os/temporary_tree.hpp"

namespace isotherm::os {
namespace {

using core::SchedulingPolicy;

class PrivilegesTest : public testing::Test {
 protected:
  void capabilities(const std::string& mask) {
    files_.file("/proc/self/status",
                "Name:\tisotherm\nCapPrm:\t000001ffffffffff\nCapEff:\t" + mask);
  }
  void cpu_cgroup_v1(const std::string& budget) {
    files_.file("/proc/self/cgroup", "3:cpu,cpuacct:/system.slice/isotherm.service\n0::/");
    files_.file("/proc/self/mountinfo",
                "32 22 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct");
    files_.file(kBudgetFile, budget);
  }
  [[nodiscard]] Privileges read() const { return read_privileges(SysfsTree{files_.root()}); }

  const std::string kBudgetFile =
      "/sys/fs/cgroup/cpu,cpuacct/system.slice/isotherm.service/cpu.rt_runtime_us";
  test::TemporaryTree files_;
};

// CAP_IPC_LOCK is bit 14 and CAP_SYS_NICE bit 23 of capabilities(7).
TEST_F(PrivilegesTest, CapabilitiesAreBitsOfTheEffectiveSet) {
  capabilities("0000000000800000");
  EXPECT_TRUE(read().cap_sys_nice);
  EXPECT_FALSE(read().cap_ipc_lock);
  capabilities("0000000000004000");
  EXPECT_FALSE(read().cap_sys_nice);
  EXPECT_TRUE(read().cap_ipc_lock);
  capabilities("000001ffff7fbfff");  // all but these two
  EXPECT_FALSE(read().cap_sys_nice);
  EXPECT_FALSE(read().cap_ipc_lock);
}

TEST_F(PrivilegesTest, UnreadableFilesMeanNoCapabilityAndTheKernelsDefaults) {
  capabilities("junk");
  const Privileges privileges = read();
  EXPECT_FALSE(privileges.cap_sys_nice);
  EXPECT_FALSE(privileges.cap_ipc_lock);
  EXPECT_FALSE(privileges.user_namespace);
  EXPECT_EQ(privileges.rt_runtime_us, 950'000);
  EXPECT_EQ(privileges.rt_period_us, 1'000'000);
  EXPECT_EQ(privileges.rt_budget_us, std::nullopt);
  EXPECT_EQ(privileges.rt_budget_file, "");
}

TEST_F(PrivilegesTest, CapabilitiesDoNotCountInAUserNamespace) {
  capabilities("000001ffffffffff");
  files_.file("/proc/self/uid_map", "         0          0 4294967295");
  EXPECT_FALSE(read().user_namespace);
  EXPECT_TRUE(read().may_use_any_priority());
  files_.file("/proc/self/uid_map",
              "         0       1000          1\n         1     100000  65536");
  Privileges rootless = read();
  rootless.rlimit_rtprio = 0;
  rootless.rlimit_memlock = 4096;
  EXPECT_TRUE(rootless.user_namespace);
  EXPECT_TRUE(rootless.cap_sys_nice);
  EXPECT_FALSE(rootless.may_use_any_priority());
  EXPECT_FALSE(rootless.may_use_priority(1));
  EXPECT_FALSE(rootless.may_lock(4097));
}

TEST_F(PrivilegesTest, KernelSettingsOfRealTimeThrottling) {
  files_.file("/proc/sys/kernel/sched_rt_runtime_us", "-1");
  files_.file("/proc/sys/kernel/sched_rt_period_us", "500000");
  EXPECT_EQ(read().rt_runtime_us, -1);
  EXPECT_EQ(read().rt_period_us, 500'000);
}

TEST_F(PrivilegesTest, LinuxHasAFairServerSince612) {
  for (const char* release : {"6.12.34+rpt-rpi-v8", "6.12-rc1", "6.18.44", "7.0"}) {
    files_.file("/proc/version", std::string{"Linux version "} + release + " (a@b) #1 SMP");
    EXPECT_TRUE(read().fair_server) << release;
  }
  for (const char* release : {"6.11.2", "6.8.0-45-generic", "5.15", "6", "x.y"}) {
    files_.file("/proc/version", std::string{"Linux version "} + release + " (a@b) #1 SMP");
    EXPECT_FALSE(read().fair_server) << release;
  }
}

TEST_F(PrivilegesTest, BudgetOfAVersionOneGroup) {
  cpu_cgroup_v1("0");
  EXPECT_EQ(read().rt_budget_us, 0);
  EXPECT_EQ(read().rt_budget_file, kBudgetFile);
  cpu_cgroup_v1("100000");
  EXPECT_EQ(read().rt_budget_us, 100'000);
}

TEST_F(PrivilegesTest, KernelWithoutGroupSchedulingHasNoBudgetFile) {
  cpu_cgroup_v1("0");
  files_.remove(kBudgetFile);
  EXPECT_EQ(read().rt_budget_us, std::nullopt);
  EXPECT_EQ(read().rt_budget_file, "");
}

TEST_F(PrivilegesTest, LimitsComeFromTheKernel) {
  rlimit rtprio{};
  rlimit memlock{};
  ASSERT_EQ(getrlimit(RLIMIT_RTPRIO, &rtprio), 0);
  ASSERT_EQ(getrlimit(RLIMIT_MEMLOCK, &memlock), 0);
  const Privileges privileges = read();
  EXPECT_EQ(privileges.rlimit_rtprio, rtprio.rlim_cur);  // RLIM_INFINITY is kNoLimit's number
  EXPECT_EQ(privileges.rlimit_memlock, memlock.rlim_cur);
}

TEST(PrivilegesRuleTest, APriorityNeedsTheCapabilityOrALimitThatHigh) {
  Privileges privileges;
  EXPECT_FALSE(privileges.may_use_priority(1));
  privileges.rlimit_rtprio = 50;
  EXPECT_TRUE(privileges.may_use_priority(50));
  EXPECT_FALSE(privileges.may_use_priority(51));
  EXPECT_FALSE(privileges.may_use_any_priority());
  privileges.rlimit_rtprio = kNoLimit;
  EXPECT_TRUE(privileges.may_use_priority(99));
  privileges.rlimit_rtprio = 0;
  privileges.cap_sys_nice = true;
  EXPECT_TRUE(privileges.may_use_priority(99));
}

TEST(PrivilegesRuleTest, LockingNeedsTheCapabilityOrALimitThatLarge) {
  Privileges privileges;
  privileges.rlimit_memlock = 8192;
  EXPECT_TRUE(privileges.may_lock(8192));
  EXPECT_FALSE(privileges.may_lock(8193));
  privileges.cap_ipc_lock = true;
  EXPECT_TRUE(privileges.may_lock(kNoLimit));
}

TEST(PrivilegesRuleTest, RefusalInSpiteOfTheRightsIsAMissingBudget) {
  Privileges privileges;
  privileges.cap_sys_nice = true;
  const auto trial = [](SchedulingPolicy policy, int error) {
    return RealtimeTrial{.policy = policy, .priority = 80, .error = error};
  };
  EXPECT_TRUE(rt_group_sched_blocks(privileges, trial(SchedulingPolicy::Fifo, EPERM)));
  EXPECT_TRUE(rt_group_sched_blocks(privileges, trial(SchedulingPolicy::RoundRobin, EPERM)));
  EXPECT_FALSE(rt_group_sched_blocks(privileges, trial(SchedulingPolicy::Fifo, 0)));
  EXPECT_FALSE(rt_group_sched_blocks(privileges, trial(SchedulingPolicy::Fifo, ENOSYS)));
  // Deadline threads are outside the groups' budgets, and EPERM has other reasons there.
  EXPECT_FALSE(rt_group_sched_blocks(privileges, trial(SchedulingPolicy::Deadline, EPERM)));
  privileges.cap_sys_nice = false;
  EXPECT_FALSE(rt_group_sched_blocks(privileges, trial(SchedulingPolicy::Fifo, EPERM)));
  privileges.rlimit_rtprio = 80;
  EXPECT_TRUE(rt_group_sched_blocks(privileges, trial(SchedulingPolicy::Fifo, EPERM)));
}

// capset(2) with everything cleared, which needs no right.
bool drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> nothing{};
  return syscall(SYS_capset, &header, nothing.data()) == 0;
}

bool limit_priority(rlim_t priority) {
  const rlimit limit{priority, priority};
  return setrlimit(RLIMIT_RTPRIO, &limit) == 0;
}

[[noreturn]] void leave(bool ok) { std::_Exit(ok ? 0 : 1); }

TEST(TryRealtimeTest, WithoutRightsEveryRealTimePolicyIsRefusedAndOtherIsGranted) {
  EXPECT_EXIT(leave(limit_priority(0) && drop_capabilities() &&
                    try_realtime(SchedulingPolicy::Fifo, 1).error == EPERM &&
                    try_realtime(SchedulingPolicy::RoundRobin, 1).error == EPERM &&
                    try_realtime(SchedulingPolicy::Deadline, 0).error == EPERM &&
                    try_realtime(SchedulingPolicy::Other, 0).granted()),
              testing::ExitedWithCode(0), "");
}

TEST(TryRealtimeTest, WithoutRightsTheFactsSaySoToo) {
  EXPECT_EXIT(
      {
        const bool dropped = limit_priority(0) && drop_capabilities();
        const Privileges privileges = read_privileges(SysfsTree{});
        leave(dropped && !privileges.cap_sys_nice && !privileges.cap_ipc_lock &&
              privileges.rlimit_rtprio == 0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(TryRealtimeTest, TheLimitDecidesWithoutTheCapability) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_RTPRIO, &limit), 0);
  const rlimit raised{limit.rlim_cur, std::max<rlim_t>(limit.rlim_max, 10)};
  if (setrlimit(RLIMIT_RTPRIO, &raised) != 0 ||
      !try_realtime(SchedulingPolicy::Fifo, 10).granted()) {
    GTEST_SKIP() << "needs RLIMIT_RTPRIO of 10 or CAP_SYS_RESOURCE, and a real-time budget";
  }
  EXPECT_EXIT(leave(limit_priority(10) && drop_capabilities() &&
                    try_realtime(SchedulingPolicy::Fifo, 10).granted() &&
                    try_realtime(SchedulingPolicy::Fifo, 11).error == EPERM),
              testing::ExitedWithCode(0), "");
}

TEST(TryRealtimeTest, APriorityThatDoesNotExistIsInvalid) {
  EXPECT_EQ(try_realtime(SchedulingPolicy::Fifo, 100).error, EINVAL);
  EXPECT_EQ(try_realtime(SchedulingPolicy::Fifo, 0).error, EINVAL);
}

TEST(TryRealtimeTest, TheTrialSaysWhatWasTried) {
  const RealtimeTrial fifo = try_realtime(SchedulingPolicy::Fifo, 7);
  EXPECT_EQ(fifo.policy, SchedulingPolicy::Fifo);
  EXPECT_EQ(fifo.priority, 7);
  EXPECT_EQ(try_realtime(SchedulingPolicy::Other, 7).priority, 0);
}

TEST(TryRealtimeTest, TheAskingThreadKeepsItsOwnScheduling) {
  const int before = sched_getscheduler(0);
  static_cast<void>(try_realtime(SchedulingPolicy::Fifo, 1));
  EXPECT_EQ(sched_getscheduler(0), before);
}

TEST(TryRealtimeTest, WithRightsAndABudgetItIsGranted) {
  const Privileges privileges = read_privileges(SysfsTree{});
  if (!privileges.may_use_priority(80) || privileges.rt_budget_us == 0) {
    GTEST_SKIP() << "needs CAP_SYS_NICE or RLIMIT_RTPRIO 80, and a real-time budget";
  }
  const RealtimeTrial trial = try_realtime(SchedulingPolicy::Fifo, 80);
  EXPECT_TRUE(trial.granted() || rt_group_sched_blocks(privileges, trial)) << trial.error;
}

}  // namespace
}  // namespace isotherm::os
