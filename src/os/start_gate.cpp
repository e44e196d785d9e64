#include "os/start_gate.hpp"

namespace isotherm::os {
namespace {

// Above any count of threads that a process can have, and half of what an int holds.
constexpr int kCancelled = 1 << 30;

}  // namespace

std::optional<core::MonotonicTime> StartGate::wait() noexcept {
  arrivals_.fetch_add(1);
  arrivals_.notify_all();
  State state = state_.load();
  while (state != State::Open && state != State::Cancelled) {
    state_.wait(state);
    state = state_.load();
  }
  if (state == State::Cancelled) {
    return std::nullopt;
  }
  return origin_;
}

void StartGate::wait_until_ready(int count) const noexcept {
  int arrivals = arrivals_.load();
  while (arrivals < count) {
    arrivals_.wait(arrivals);
    arrivals = arrivals_.load();
  }
}

void StartGate::open(core::MonotonicTime origin) noexcept {
  State expected = State::Closed;
  if (!state_.compare_exchange_strong(expected, State::Opening)) {
    return;
  }
  origin_ = origin;
  state_.store(State::Open);
  state_.notify_all();
}

void StartGate::cancel() noexcept {
  State expected = State::Closed;
  if (!state_.compare_exchange_strong(expected, State::Cancelled)) {
    return;
  }
  state_.notify_all();
  arrivals_.fetch_add(kCancelled);
  arrivals_.notify_all();
}

}  // namespace isotherm::os
