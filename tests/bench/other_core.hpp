// A second core for a benchmark whose data comes from one, or goes to one.
#pragma once

#include <atomic>
#include <functional>

#include "os/realtime_thread.hpp"

namespace isotherm::bench {

// Runs what it is given on a core of its own, one call after the other.
class OtherCore {
 public:
  explicit OtherCore(unsigned core)
      : thread_({.name = "bench-other",
                 .policy = core::SchedulingPolicy::Other,
                 .cores = core::CpuSet{core},
                 .deadline = {}},
                [this] { serve(); }) {}
  OtherCore(const OtherCore&) = delete;
  OtherCore& operator=(const OtherCore&) = delete;
  OtherCore(OtherCore&&) = delete;
  OtherCore& operator=(OtherCore&&) = delete;
  ~OtherCore() { set(State::Stop); }

  void run(const std::function<void()>& work) {
    work_ = &work;
    set(State::Work);
    state_.wait(State::Work);
  }

 private:
  enum class State { Idle, Work, Stop };

  void set(State state) noexcept {
    state_.store(state);
    state_.notify_all();
  }

  // Sleeps between calls: a thread that spins takes half of a core from the one that is measured
  // where two cores of a virtual machine are the two threads of one real core.
  void serve() noexcept {
    State state = State::Idle;
    while ((state = state_.load()) != State::Stop) {
      if (state == State::Work) {
        (*work_)();
        set(State::Idle);
      }
      state_.wait(State::Idle);
    }
  }

  const std::function<void()>* work_ = nullptr;
  std::atomic<State> state_{State::Idle};
  os::RealtimeThread thread_;  // last: it uses the others
};

}  // namespace isotherm::bench
