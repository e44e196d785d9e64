#include "os/privileges.hpp"

#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>

#include "os/capabilities.hpp"
#include "os/cgroup.hpp"
#include "os/fair_server.hpp"
#include "os/native_cpu_set.hpp"
#include "os/proc_text.hpp"
#include "os/sched_attributes.hpp"
#include "os/throwaway_thread.hpp"

namespace isotherm::os {
namespace {

// The initial namespace maps every id to itself: "0 0 4294967295", user_namespaces(7). A kernel
// without namespaces has no such file.
bool in_user_namespace(const core::FileTree& tree) {
  const auto text = tree.text("/proc/self/uid_map");
  if (!text) {
    return false;
  }
  std::istringstream words{*text};
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  words >> inside >> outside >> count;
  return words.fail() || inside != 0 || outside != 0 || count != 4294967295;
}

template <typename Resource>
std::uint64_t soft_limit(Resource resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) {
    return 0;
  }
  return limit.rlim_cur == RLIM_INFINITY ? kNoLimit : std::uint64_t{limit.rlim_cur};
}

int become_deadline() {
  const cpu_set_t everything = all_cores();
  if (sched_setaffinity(0, sizeof(everything), &everything) != 0) {
    return errno;
  }
  SchedulingAttributes attributes;
  attributes.policy = kSchedDeadline;
  attributes.runtime_ns = 100'000;
  attributes.deadline_ns = 10'000'000;
  attributes.period_ns = 10'000'000;
  return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0 ? 0 : errno;
}

int become(core::SchedulingPolicy policy, int priority) {
  sched_param parameters{};
  switch (policy) {
    case core::SchedulingPolicy::Deadline:
      return become_deadline();
    case core::SchedulingPolicy::Other:
      return sched_setscheduler(0, SCHED_OTHER, &parameters) == 0 ? 0 : errno;
    case core::SchedulingPolicy::Fifo:
    case core::SchedulingPolicy::RoundRobin:
      break;
  }
  parameters.sched_priority = priority;
  const int number = policy == core::SchedulingPolicy::Fifo ? SCHED_FIFO : SCHED_RR;
  return sched_setscheduler(0, number, &parameters) == 0 ? 0 : errno;
}

}  // namespace

Privileges read_privileges(const core::FileTree& tree) {
  Privileges privileges;
  privileges.cap_sys_nice = has_capability(tree, CAP_SYS_NICE);
  privileges.cap_ipc_lock = has_capability(tree, CAP_IPC_LOCK);
  privileges.user_namespace = in_user_namespace(tree);
  privileges.rlimit_rtprio = soft_limit(RLIMIT_RTPRIO);
  privileges.rlimit_memlock = soft_limit(RLIMIT_MEMLOCK);
  const std::string kernel = "/proc/sys/kernel/";
  privileges.rt_period_us = number_in<std::int64_t>(tree, kernel + "sched_rt_period_us")
                                .value_or(privileges.rt_period_us);
  privileges.rt_runtime_us = number_in<std::int64_t>(tree, kernel + "sched_rt_runtime_us")
                                 .value_or(privileges.rt_runtime_us);
  privileges.fair_server = has_fair_server(tree);

  const auto cgroup = cgroup_of_controller(tree, "cpu");
  if (cgroup && cgroup->version == CgroupVersion::V1) {
    const std::string file = cgroup->directory() + "/cpu.rt_runtime_us";
    privileges.rt_budget_us = number_in<std::int64_t>(tree, file);
    privileges.rt_budget_file = privileges.rt_budget_us ? file : "";
  }
  return privileges;
}

RealtimeTrial try_realtime(core::SchedulingPolicy policy, int priority) {
  RealtimeTrial trial{
      .policy = policy, .priority = core::has_priority(policy) ? priority : 0, .error = 0};
  const int refused =
      run_on_throwaway_thread([&trial] { trial.error = become(trial.policy, trial.priority); });
  if (refused != 0) {
    trial.error = refused;
  }
  return trial;
}

bool rt_group_sched_blocks(const Privileges& privileges, const RealtimeTrial& trial) {
  return core::has_priority(trial.policy) && trial.error == EPERM &&
         privileges.may_use_priority(trial.priority);
}

}  // namespace isotherm::os
