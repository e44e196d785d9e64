// Owner of a pthread_attr_t, for threads whose scheduling, cores, stack and signals are all said
// explicitly. Internal to os/.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <cstddef>
#include <string>

#include "core/cpu_set.hpp"

namespace isotherm::os {

class ThreadAttributes {
 public:
  // `thread_name` is for messages. All members throw SetupError.
  explicit ThreadAttributes(const std::string& thread_name);
  ~ThreadAttributes();
  ThreadAttributes(const ThreadAttributes&) = delete;
  ThreadAttributes& operator=(const ThreadAttributes&) = delete;
  ThreadAttributes(ThreadAttributes&&) = delete;
  ThreadAttributes& operator=(ThreadAttributes&&) = delete;

  // Policy and priority of the thread itself, not its creator's. SCHED_DEADLINE cannot be set here.
  void set_scheduling(int kernel_policy, int priority);
  // The thread never runs on another core, not even for its first instruction.
  void set_cores(const core::CpuSet& cores);
  // Of usable stack, rounded up to whole pages and to the least that the C library takes; a guard
  // page below it makes an overflow a crash and not a corruption.
  void set_stack(std::size_t bytes);
  void set_blocked_signals(const sigset_t& signals);

  // Starts the thread.
  [[nodiscard]] pthread_t create(void* (*entry)(void*), void* argument) const;

 private:
  std::string where_;
  pthread_attr_t attributes_;
};

// Every signal but those by which the kernel reports a fault of the thread itself (SIGSEGV and the
// like): these a handler must see on the thread at fault. Signals that are blocked in all threads
// but housekeeping's reach housekeeping: signal(7).
[[nodiscard]] sigset_t all_but_fault_signals() noexcept;

}  // namespace isotherm::os
