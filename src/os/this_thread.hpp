// The name, the cores and the computing time of the calling thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "core/cpu_set.hpp"
#include "core/time.hpp"

namespace isotherm::os {

// The kernel keeps 16 bytes with the final zero: pthread_setname_np(3).
inline constexpr std::size_t kThreadNameLimit = 15;

// The names of threads that ps(1) and top(1) show. Throws SetupError (Config) unless `name` has 1
// to kThreadNameLimit bytes, none of them zero.
void check_thread_name(const std::string& name);

// Throws SetupError as check_thread_name() does.
void name_this_thread(const std::string& name);
[[nodiscard]] std::string this_thread_name();

// The kernel's number of the thread, as in /proc/self/task and `ps -L`.
[[nodiscard]] pid_t this_thread_id() noexcept;

// Real-time. The time that the calling thread has computed since its start, to the nanosecond.
[[nodiscard]] core::Nanoseconds this_thread_cpu_time() noexcept;

// Binds the calling thread to `cores`. Threads that it creates later inherit that, unless they are
// given cores of their own; so calling this first thing in main binds the whole process. Throws
// SetupError if the kernel refuses, and also if it takes a part of `cores` only: it drops cores
// that do not exist or that the cgroup's cpuset forbids without a word (sched_setaffinity(2)).
void pin_this_thread(const core::CpuSet& cores);

// The cores that the calling thread may run on, as the kernel says. Throws SetupError on machines
// with more than 1024 cores.
[[nodiscard]] core::CpuSet this_thread_cores();

// For messages: why the kernel may have refused a set of cores, and what to do.
[[nodiscard]] std::string cores_mend();

}  // namespace isotherm::os
