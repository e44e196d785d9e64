#include "os/this_thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <array>

#include "os/native_cpu_set.hpp"
#include "os/system_call.hpp"
#include "os/timespec.hpp"

namespace isotherm::os {

void check_thread_name(const std::string& name) {
  if (!name.empty() && name.size() <= kThreadNameLimit && name.find('\0') == std::string::npos) {
    return;
  }
  throw core::SetupError(core::ExitCode::Config, "this cannot be the name of a thread",
                         "thread '" + name + "'",
                         "use a name of 1 to " + std::to_string(kThreadNameLimit) +
                             " characters, a prefix such as iso- included");
}

void name_this_thread(const std::string& name) {
  check_thread_name(name);
  check_returned(::pthread_setname_np(::pthread_self(), name.c_str()),
                 {"pthread_setname_np", "thread " + name, ""});
}

std::string this_thread_name() {
  std::array<char, kThreadNameLimit + 1> name{};
  check_returned(::pthread_getname_np(::pthread_self(), name.data(), name.size()),
                 {"pthread_getname_np", "the calling thread", ""});
  return name.data();
}

pid_t this_thread_id() noexcept { return ::gettid(); }

core::Nanoseconds this_thread_cpu_time() noexcept {
  timespec used{};
  // Fails only for a clock that does not exist or a bad address: clock_gettime(2), ERRORS.
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return from_timespec(used);
}

void pin_this_thread(const core::CpuSet& cores) {
  const std::string where = "thread " + this_thread_name() + ", cores '" + cores.text() + "'";
  const cpu_set_t native = to_native(cores);
  check_errno([&] { return ::sched_setaffinity(0, sizeof(native), &native); },
              {"sched_setaffinity", where, cores_mend()});
  const core::CpuSet granted = this_thread_cores();
  if (granted != cores) {
    throw core::SetupError(core::ExitCode::Unavailable,
                           "the kernel granted only the cores " + granted.text(), where,
                           cores_mend());
  }
}

core::CpuSet this_thread_cores() {
  cpu_set_t native;
  CPU_ZERO(&native);
  check_errno(
      [&] { return ::sched_getaffinity(0, sizeof(native), &native); },
      {"sched_getaffinity", "the calling thread",
       "isotherm handles machines of up to " + std::to_string(core::kCoreLimit) + " cores"});
  return from_native(native);
}

std::string cores_mend() {
  return "use cores that are online (/sys/devices/system/cpu/online) and that the cgroup's cpuset "
         "allows (Cpus_allowed_list in /proc/self/status; AllowedCPUs= of the systemd unit)";
}

}  // namespace isotherm::os
