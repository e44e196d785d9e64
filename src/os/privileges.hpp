// What this process is allowed to do: real-time scheduling and locked memory. Facts first, and for
// real-time scheduling the proof too, because only trying settles it: capabilities(7), getrlimit(2)
// and sched(7) together do not foretell a container, a seccomp filter or a cgroup without budget.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "core/attribute.hpp"
#include "core/scheduling.hpp"

namespace isotherm::os {

inline constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

struct Privileges {
  bool cap_sys_nice = false;  // in the effective set
  bool cap_ipc_lock = false;
  // Not in the initial user namespace (rootless containers): the kernel ignores both capabilities
  // there, it asks for them in the initial one (user_namespaces(7)).
  bool user_namespace = false;
  std::uint64_t rlimit_rtprio = 0;           // RLIMIT_RTPRIO, soft: highest priority; kNoLimit
  std::uint64_t rlimit_memlock = 0;          // RLIMIT_MEMLOCK, soft, bytes; kNoLimit
  std::int64_t rt_period_us = 1'000'000;     // kernel.sched_rt_period_us
  std::int64_t rt_runtime_us = 950'000;      // kernel.sched_rt_runtime_us; -1: not limited
  bool fair_server = false;                  // limits them instead: os/fair_server.hpp
  std::optional<std::int64_t> rt_budget_us;  // cpu.rt_runtime_us of the version 1 cgroup, if any
  std::string rt_budget_file;                // its path; "" if there is none

  [[nodiscard]] bool may_use_any_priority() const noexcept {
    return cap_sys_nice && !user_namespace;
  }
  // SCHED_FIFO and SCHED_RR at `priority`, as far as rights go.
  [[nodiscard]] bool may_use_priority(int priority) const noexcept {
    return may_use_any_priority() ||
           (priority > 0 && rlimit_rtprio >= static_cast<std::uint64_t>(priority));
  }
  // mlockall(2) of an address space of `bytes`.
  [[nodiscard]] bool may_lock(std::uint64_t bytes) const noexcept {
    return (cap_ipc_lock && !user_namespace) || rlimit_memlock >= bytes;
  }
};

// Reads them: capabilities, kernel settings and the cgroup's budget from `tree`, the limits from
// the kernel. What cannot be read keeps the default above.
[[nodiscard]] Privileges read_privileges(const core::FileTree& tree);

// Whether the kernel gave a throwaway thread a scheduling policy.
struct RealtimeTrial {
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 0;  // 0 for SCHED_DEADLINE and SCHED_OTHER
  int error = 0;     // errno, 0 if it was granted

  [[nodiscard]] bool granted() const noexcept { return error == 0; }
};

// Asks the kernel. `priority` is 1 to 99 for SCHED_FIFO and SCHED_RR and ignored otherwise.
// SCHED_DEADLINE is tried with 100 us in each 10 ms on a thread that may use every allowed core,
// since the kernel refuses it with fewer cores than the root domain has (sched_setattr(2)).
[[nodiscard]] RealtimeTrial try_realtime(core::SchedulingPolicy policy, int priority);

// Whether the trial can only have failed for want of a real-time budget: the rights were there, and
// yet the answer was EPERM. With CONFIG_RT_GROUP_SCHED the kernel refuses SCHED_FIFO and SCHED_RR
// in every cgroup whose cpu.rt_runtime_us is 0 (the default of a new one; version 2 groups have no
// such file and always 0): kernel Documentation/scheduler/sched-rt-group.rst.
[[nodiscard]] bool rt_group_sched_blocks(const Privileges& privileges, const RealtimeTrial& trial);

}  // namespace isotherm::os
