// A thread whose scheduling policy, priority, cores, stack and signals are all set explicitly, and
// read back from the kernel before it does anything.
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <csignal>
#include <cstddef>
#include <functional>
#include <latch>
#include <optional>
#include <string>

#include "core/cpu_set.hpp"
#include "core/scheduling.hpp"
#include "core/setup_error.hpp"
#include "core/time.hpp"
#include "os/semaphore.hpp"
#include "os/thread_scheduling.hpp"
#include "os/thread_usage.hpp"

namespace isotherm::os {

// Sent by RealtimeThread::interrupt(). The constructor of RealtimeThread takes the signal over for
// the whole process, with a handler that does nothing and without SA_RESTART. SIGUSR1 and not a
// real-time signal, because those queue up and can run into RLIMIT_SIGPENDING; one that comes from
// outside the process only makes a reader look at its stop flag.
inline constexpr int kInterruptSignal = SIGUSR1;

// Small, because mlockall(2) locks all of it: with the usual 8 MiB, 16 threads take 139 MB
// (docs/measurements.md).
inline constexpr std::size_t kRealtimeStackBytes = std::size_t{64} * 1024;

struct ThreadSpec {
  std::string name;  // 1 to 15 bytes: "iso-fast"
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 1;             // 1 to 99 with Fifo and RoundRobin; not looked at with the others
  core::CpuSet cores;           // it may run on; with Deadline all of its scheduling domain
  DeadlineParameters deadline;  // with Deadline only
  std::size_t stack_bytes = kRealtimeStackBytes;  // rounded up to what the system needs
};

// As the kernel says, not as the spec does.
struct ThreadReadback {
  pid_t tid = 0;
  std::string name;
  core::SchedulingPolicy policy = core::SchedulingPolicy::Other;
  int priority = 0;
  core::CpuSet affinity;
  DeadlineParameters deadline;
};

// Each way in which the kernel's answer differs from the spec, in words; "" if it does not.
[[nodiscard]] std::string differences(const ThreadSpec& spec, const ThreadReadback& readback);

// Owns one thread. All members are for housekeeping, and for one thread at a time.
class RealtimeThread {
 public:
  // Starts the thread and waits until it is set up. It runs `body` if the kernel's read-back is
  // what the spec asks for. If not, or if the kernel refuses something, throws SetupError; then
  // `body` never runs and no thread is left. All signals are blocked in the thread but
  // kInterruptSignal and those of its own faults, and its stack is pre-faulted. `body` must not
  // throw: an exception that leaves it is std::terminate.
  RealtimeThread(ThreadSpec spec, std::function<void()> body);

  // Interrupts and joins. Whoever destroys it has to have told `body` to return; on a thread that
  // cannot return, because it is parked after a crash, this waits for ever.
  ~RealtimeThread();
  RealtimeThread(const RealtimeThread&) = delete;
  RealtimeThread& operator=(const RealtimeThread&) = delete;
  RealtimeThread(RealtimeThread&&) = delete;
  RealtimeThread& operator=(RealtimeThread&&) = delete;

  [[nodiscard]] const ThreadReadback& readback() const noexcept { return readback_; }

  // Makes a sleep of the thread return early. A sleep that is just about to begin when the signal
  // comes is not interrupted: repeat it until join_for() says that the thread has ended.
  void interrupt() noexcept;

  // Waits for the end of `body`. Does nothing the second time.
  void join() noexcept;
  // As join(), but at most for `timeout`. Whether the thread has ended.
  [[nodiscard]] bool join_for(core::Nanoseconds timeout) noexcept;

  // What the thread had used when `body` returned; nothing before it is joined.
  [[nodiscard]] std::optional<ThreadUsage> final_usage() const noexcept {
    return joined_ ? usage_at_end_ : std::nullopt;
  }

 private:
  static void* enter(void* self) noexcept;
  void prepare();

  ThreadSpec spec_;
  std::function<void()> body_;
  pthread_t thread_{};
  bool joined_ = false;
  // The thread writes the two below before it counts this down; the constructor reads them after.
  std::latch prepared_{1};
  ThreadReadback readback_;
  std::optional<core::SetupError> failure_;
  // The thread writes this one before it ends; it is read after the thread was joined.
  std::optional<ThreadUsage> usage_at_end_;
  Semaphore ended_;  // posted as the last thing that the thread does
};

}  // namespace isotherm::os
