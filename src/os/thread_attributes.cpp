#include "os/thread_attributes.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "os/native_cpu_set.hpp"
#include "os/system_call.hpp"
#include "os/this_thread.hpp"
#include "os/thread_scheduling.hpp"

namespace isotherm::os {
namespace {

// pthread_create(3), ERRORS. The C library also reports here that the kernel refused the cores
// (EINVAL) or the policy (EPERM), and turns a stack that could not be mapped into EAGAIN.
std::string create_mend(int error) {
  switch (error) {
    case EPERM:
      return std::string{realtime_right_mend()};
    case EAGAIN:
      return "allow more threads (ulimit -u; TasksMax= of the systemd unit) or, where memory is "
             "locked, a larger RLIMIT_MEMLOCK (LimitMEMLOCK=): the stack counts against it";
    case EINVAL:
      return cores_mend();
    default:
      return "";
  }
}

}  // namespace

ThreadAttributes::ThreadAttributes(const std::string& thread_name)
    : where_("thread " + thread_name), attributes_{} {
  check_returned(::pthread_attr_init(&attributes_), {"pthread_attr_init", where_, ""});
}

ThreadAttributes::~ThreadAttributes() { ::pthread_attr_destroy(&attributes_); }

void ThreadAttributes::set_scheduling(int kernel_policy, int priority) {
  // Without PTHREAD_EXPLICIT_SCHED the other two are ignored: pthread_attr_setinheritsched(3).
  check_returned(::pthread_attr_setinheritsched(&attributes_, PTHREAD_EXPLICIT_SCHED),
                 {"pthread_attr_setinheritsched", where_, ""});
  check_returned(::pthread_attr_setschedpolicy(&attributes_, kernel_policy),
                 {"pthread_attr_setschedpolicy", where_, ""});
  sched_param parameters{};
  parameters.sched_priority = priority;
  check_returned(::pthread_attr_setschedparam(&attributes_, &parameters),
                 {"pthread_attr_setschedparam", where_, "use a priority of 1 to 99"});
}

void ThreadAttributes::set_cores(const core::CpuSet& cores) {
  const cpu_set_t native = to_native(cores);
  check_returned(::pthread_attr_setaffinity_np(&attributes_, sizeof(native), &native),
                 {"pthread_attr_setaffinity_np", where_, cores_mend()});
  where_ += ", cores '" + cores.text() + "'";
}

void ThreadAttributes::set_stack(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // Not the constant PTHREAD_STACK_MIN: the least depends on the CPU's register file, as a signal
  // frame has to fit (sysconf(3); getauxval(3), AT_MINSIGSTKSZ).
  const auto least = static_cast<std::size_t>(std::max(::sysconf(_SC_THREAD_STACK_MIN), 0L));
  const std::size_t size = (std::max(bytes, least) + page - 1) / page * page;
  check_returned(::pthread_attr_setstacksize(&attributes_, size),
                 {"pthread_attr_setstacksize", where_, ""});
  check_returned(::pthread_attr_setguardsize(&attributes_, page),
                 {"pthread_attr_setguardsize", where_, ""});
}

void ThreadAttributes::set_blocked_signals(const sigset_t& signals) {
  check_returned(::pthread_attr_setsigmask_np(&attributes_, &signals),
                 {"pthread_attr_setsigmask_np", where_, ""});
}

pthread_t ThreadAttributes::create(void* (*entry)(void*), void* argument) const {
  pthread_t thread{};
  const int error = ::pthread_create(&thread, &attributes_, entry, argument);
  if (error != 0) {
    throw_failure(error, {"pthread_create", where_, create_mend(error)});
  }
  return thread;
}

sigset_t all_but_fault_signals() noexcept {
  sigset_t signals;
  ::sigfillset(&signals);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT}) {
    ::sigdelset(&signals, fault);
  }
  return signals;
}

}  // namespace isotherm::os
