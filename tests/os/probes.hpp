// What this machine and this build let a test try, asked without the code under test.
#pragma once

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>

namespace isotherm::test {

// Sanitizers replace malloc and the locking of memory with their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr const char* kNoRealtimeRight =
    "the kernel refuses SCHED_FIFO here (no CAP_SYS_NICE or RLIMIT_RTPRIO, or RT_GROUP_SCHED)";

// Whether the kernel grants this process SCHED_FIFO at `priority`.
inline bool realtime_granted(int priority) {
  sched_param parameters{};
  parameters.sched_priority = priority;
  const bool granted = ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &parameters) == 0;
  parameters.sched_priority = 0;
  ::pthread_setschedparam(::pthread_self(), SCHED_OTHER, &parameters);
  return granted;
}

// For a process of a test's own: takes away every right to real-time scheduling and to locking
// memory. Whether that worked.
inline bool give_up_rights() {
  constexpr uid_t kNobody = 65534;
  const rlimit none{0, 0};
  return ::setrlimit(RLIMIT_RTPRIO, &none) == 0 && ::setrlimit(RLIMIT_MEMLOCK, &none) == 0 &&
         (::geteuid() != 0 || ::setresuid(kNobody, kNobody, kNobody) == 0);
}

// Some core that this thread may run on.
inline unsigned allowed_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  ::sched_getaffinity(0, sizeof(cores), &cores);
  unsigned core = 0;
  while (core + 1 < CPU_SETSIZE && !CPU_ISSET(core, &cores)) {
    ++core;
  }
  return core;
}

// A core number that no machine of the tests has, below the limit of core::CpuSet.
inline constexpr unsigned kAbsentCore = 1023;

inline bool absent_core_is_absent() {
  return ::sysconf(_SC_NPROCESSORS_CONF) <= static_cast<long>(kAbsentCore);
}

}  // namespace isotherm::test
