#include "os/start_gate.hpp"

namespace isotherm::os {

std::optional<core::MonotonicTime> StartGate::wait() noexcept {
  std::unique_lock lock(mutex_);
  ++arrivals_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return state_ != State::Closed; });
  return state_ == State::Open ? std::optional{origin_} : std::nullopt;
}

void StartGate::wait_until_ready(int count) const noexcept {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return arrivals_ >= count || state_ == State::Cancelled; });
}

void StartGate::open(core::MonotonicTime origin) noexcept { settle(State::Open, origin); }

void StartGate::cancel() noexcept { settle(State::Cancelled, {}); }

// The first call counts.
void StartGate::settle(State state, core::MonotonicTime origin) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    if (state_ != State::Closed) {
      return;
    }
    state_ = state;
    origin_ = origin;
  }
  changed_.notify_all();
}

}  // namespace isotherm::os
