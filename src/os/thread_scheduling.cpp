#include "os/thread_scheduling.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include "os/sched_attributes.hpp"
#include "os/system_call.hpp"
#include "os/this_thread.hpp"

namespace isotherm::os {
namespace {

// include/uapi/linux/sched.h; glibc 2.36 does not know the last.
constexpr int kSchedBatch = 3;
constexpr int kSchedIdle = 5;
constexpr int kSchedExt = 7;

std::uint64_t unsigned_ns(core::Nanoseconds duration) noexcept {
  return static_cast<std::uint64_t>(duration.count());
}

core::Nanoseconds duration_of(std::uint64_t ns) noexcept {
  return core::Nanoseconds{static_cast<std::int64_t>(ns)};
}

// sched_setattr(2), ERRORS, and section 5 of the kernel's Documentation/scheduler/
// sched-deadline.rst.
std::string deadline_mend(int error) {
  switch (error) {
    case EBUSY:
      return "the kernel's admission control found too little CPU time left: make the runtime "
             "smaller or the period longer, or end other deadline threads (at most "
             "sched_rt_runtime_us of every sched_rt_period_us, 95 % by default, can be promised)";
    case EPERM:
      return "give this reader every core of its scheduling domain (all cores, or those of an "
             "exclusive cpuset): the kernel refuses SCHED_DEADLINE to a thread that is bound to "
             "fewer; and run with CAP_SYS_NICE (as root, or AmbientCapabilities=CAP_SYS_NICE in "
             "the systemd unit), for which RLIMIT_RTPRIO is no substitute here";
    case EINVAL:
      return "use 1024 ns <= runtime <= deadline <= period, the period within "
             "/proc/sys/kernel/sched_deadline_period_min_us and _max_us";
    default:
      return "use policy = \"fifo\"";
  }
}

}  // namespace

int kernel_policy(core::SchedulingPolicy policy) noexcept {
  switch (policy) {
    case core::SchedulingPolicy::Fifo:
      return SCHED_FIFO;
    case core::SchedulingPolicy::RoundRobin:
      return SCHED_RR;
    case core::SchedulingPolicy::Deadline:
      return SCHED_DEADLINE;
    case core::SchedulingPolicy::Other:
      return SCHED_OTHER;
  }
  return SCHED_OTHER;
}

core::SchedulingPolicy policy_of_kernel(int kernel_policy) noexcept {
  switch (kernel_policy) {
    case SCHED_FIFO:
      return core::SchedulingPolicy::Fifo;
    case SCHED_RR:
      return core::SchedulingPolicy::RoundRobin;
    case SCHED_DEADLINE:
      return core::SchedulingPolicy::Deadline;
    default:
      return core::SchedulingPolicy::Other;
  }
}

std::string_view kernel_policy_word(int kernel_policy) noexcept {
  switch (kernel_policy) {
    case SCHED_FIFO:
    case SCHED_RR:
    case SCHED_DEADLINE:
    case SCHED_OTHER:
      return core::policy_word(policy_of_kernel(kernel_policy));
    case kSchedBatch:
      return "batch";
    case kSchedIdle:
      return "idle";
    case kSchedExt:
      return "ext";
    default:
      return "unknown";
  }
}

ThreadScheduling this_thread_scheduling() {
  SchedulingAttributes attributes;
  check_errno(
      [&] { return ::syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0U); },
      {"sched_getattr", "thread " + this_thread_name(), "allow the call in the seccomp filter"});
  ThreadScheduling scheduling;
  scheduling.kernel_policy = static_cast<int>(attributes.policy);
  scheduling.priority = static_cast<int>(attributes.priority);
  if (scheduling.kernel_policy == SCHED_DEADLINE) {
    scheduling.deadline = {duration_of(attributes.runtime_ns), duration_of(attributes.deadline_ns),
                           duration_of(attributes.period_ns)};
  }
  return scheduling;
}

void schedule_this_thread_by_deadline(const DeadlineParameters& parameters) {
  SchedulingAttributes attributes;
  attributes.policy = kSchedDeadline;
  attributes.runtime_ns = unsigned_ns(parameters.runtime);
  attributes.deadline_ns = unsigned_ns(parameters.deadline);
  attributes.period_ns = unsigned_ns(parameters.period);
  if (::syscall(SYS_sched_setattr, 0, &attributes, 0U) == -1) {
    const int error = errno;
    throw_failure(error, {"sched_setattr (SCHED_DEADLINE)", "thread " + this_thread_name(),
                          deadline_mend(error)});
  }
}

std::string_view realtime_right_mend() noexcept {
  return "give the process CAP_SYS_NICE (run as root, or setcap cap_sys_nice+ep on the binary, or "
         "AmbientCapabilities=CAP_SYS_NICE in the systemd unit) or an RLIMIT_RTPRIO of at least "
         "the priority (LimitRTPRIO= in the unit); on a kernel with CONFIG_RT_GROUP_SCHED its "
         "cgroup also needs cpu.rt_runtime_us above 0, or the kernel rt_group_sched=0";
}

}  // namespace isotherm::os
