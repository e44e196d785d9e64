#include "os/realtime_thread.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "os/stack.hpp"
#include "os/system_call.hpp"
#include "os/this_thread.hpp"
#include "os/thread_attributes.hpp"

namespace isotherm::os {
namespace {

// Between two attempts of the destructor to wake the thread up.
constexpr core::Nanoseconds kInterruptInterval = std::chrono::milliseconds{10};

int expected_priority(const ThreadSpec& spec) noexcept {
  return core::has_priority(spec.policy) ? spec.priority : 0;
}

void check_spec(const ThreadSpec& spec) {
  check_thread_name(spec.name);
  const std::string where = "thread " + spec.name;
  if (spec.cores.empty()) {
    throw core::SetupError(core::ExitCode::Config, "no core is given to it", where,
                           "give it at least one core");
  }
  if (!core::has_priority(spec.policy)) {
    return;
  }
  const int policy = kernel_policy(spec.policy);
  const int least = ::sched_get_priority_min(policy);
  const int greatest = ::sched_get_priority_max(policy);
  if (spec.priority < least || spec.priority > greatest) {
    throw core::SetupError(
        core::ExitCode::Config,
        "there is no priority " + std::to_string(spec.priority) + " in the policy " +
            std::string{core::policy_word(spec.policy)},
        where, "use a priority of " + std::to_string(least) + " to " + std::to_string(greatest));
  }
}

extern "C" void wake_up_only(int /*signal*/) {}

void take_over_interrupt_signal() {
  struct sigaction action {};
  action.sa_handler = wake_up_only;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // no SA_RESTART: an interrupted call has to return with EINTR
  check_errno([&] { return ::sigaction(kInterruptSignal, &action, nullptr); },
              {"sigaction", "the interrupt signal of the readers", ""});
}

sigset_t blocked_signals() noexcept {
  sigset_t signals = all_but_fault_signals();
  ::sigdelset(&signals, kInterruptSignal);
  return signals;
}

ThreadReadback read_back() {
  const ThreadScheduling scheduling = this_thread_scheduling();
  return {this_thread_id(),    this_thread_name(),  policy_of_kernel(scheduling.kernel_policy),
          scheduling.priority, this_thread_cores(), scheduling.deadline};
}

std::string in_words(const DeadlineParameters& parameters) {
  return std::to_string(parameters.runtime.count()) + "/" +
         std::to_string(parameters.deadline.count()) + "/" +
         std::to_string(parameters.period.count()) + " ns";
}

void note_difference(std::string& text, const std::string& what, const std::string& wanted,
                     const std::string& got) {
  if (wanted != got) {
    text += (text.empty() ? "" : "; ") + what + " is '" + got + "', not '" + wanted + "'";
  }
}

}  // namespace

std::string differences(const ThreadSpec& spec, const ThreadReadback& readback) {
  std::string text;
  note_difference(text, "name", spec.name, readback.name);
  note_difference(text, "policy", std::string{core::policy_word(spec.policy)},
                  std::string{core::policy_word(readback.policy)});
  note_difference(text, "priority", std::to_string(expected_priority(spec)),
                  std::to_string(readback.priority));
  note_difference(text, "core set", spec.cores.text(), readback.affinity.text());
  if (spec.policy == core::SchedulingPolicy::Deadline) {
    note_difference(text, "runtime/deadline/period", in_words(spec.deadline),
                    in_words(readback.deadline));
  }
  return text;
}

RealtimeThread::RealtimeThread(ThreadSpec spec, std::function<void()> body)
    : spec_(std::move(spec)), body_(std::move(body)) {
  check_spec(spec_);
  take_over_interrupt_signal();
  ThreadAttributes attributes(spec_.name);
  // A deadline thread starts as an ordinary one: only the system call, which it makes itself,
  // knows that policy.
  attributes.set_scheduling(
      core::has_priority(spec_.policy) ? kernel_policy(spec_.policy) : SCHED_OTHER,
      expected_priority(spec_));
  attributes.set_cores(spec_.cores);
  attributes.set_stack(spec_.stack_bytes);
  attributes.set_blocked_signals(blocked_signals());
  thread_ = attributes.create(&RealtimeThread::enter, this);
  prepared_.wait();
  if (failure_) {
    join();
    throw core::SetupError(*failure_);
  }
}

RealtimeThread::~RealtimeThread() {
  do {
    interrupt();
  } while (!join_for(kInterruptInterval));
}

void RealtimeThread::interrupt() noexcept {
  if (!joined_) {
    // Its error would be that the thread has ended already, which is no error here.
    ::pthread_kill(thread_, kInterruptSignal);
  }
}

void RealtimeThread::join() noexcept {
  if (!joined_) {
    ::pthread_join(thread_, nullptr);
    joined_ = true;
  }
}

bool RealtimeThread::join_for(core::Nanoseconds timeout) noexcept {
  // Not pthread_clockjoin_np(3), which ThreadSanitizer does not know.
  if (!joined_ && ended_.wait_for(timeout)) {
    join();
  }
  return joined_;
}

void* RealtimeThread::enter(void* self) noexcept {
  auto& thread = *static_cast<RealtimeThread*>(self);
  try {
    thread.prepare();
  } catch (const core::SetupError& error) {
    thread.failure_ = error;
  }
  const bool sound = !thread.failure_.has_value();
  thread.prepared_.count_down();
  if (sound) {
    thread.body_();
    thread.usage_at_end_ = thread_usage(thread.readback_.tid);
  }
  thread.ended_.post();
  return nullptr;
}

void RealtimeThread::prepare() {
  name_this_thread(spec_.name);
  prefault_this_stack();
  if (spec_.policy == core::SchedulingPolicy::Deadline) {
    schedule_this_thread_by_deadline(spec_.deadline);
  }
  if (spec_.policy == core::SchedulingPolicy::Other) {
    // Without a real-time policy the kernel may wake a sleeper up to 50 us late, to save power;
    // 1 ns is the least it takes: PR_SET_TIMERSLACK(2const). Where that fails, it stays so.
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  }
  readback_ = read_back();
  const std::string wrong = differences(spec_, readback_);
  if (!wrong.empty()) {
    throw core::SetupError(core::ExitCode::Unavailable,
                           "the kernel set it up differently: " + wrong, "thread " + spec_.name,
                           cores_mend());
  }
}

}  // namespace isotherm::os
