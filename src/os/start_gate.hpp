// The gate behind which all readers wait until everything is built, so that they start on one
// common time origin.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "core/time.hpp"

namespace isotherm::os {

// The station:  build everything, wait_until_ready(n), open(origin) - or cancel()
// Each reader:  wait(), then sample from the origin, or return if there is none
class StartGate {
 public:
  // For readers, before they sample: blocks until the gate is opened or cancelled. The common time
  // origin, or nothing if the start was cancelled. Not real-time: it waits for another thread.
  [[nodiscard]] std::optional<core::MonotonicTime> wait() noexcept;

  // Housekeeping. Blocks until `count` readers have come to wait(), or the gate was cancelled.
  void wait_until_ready(int count) const noexcept;

  // Housekeeping. Lets all readers go, those that come later too. Of open() and cancel() the first
  // call counts, all others do nothing.
  void open(core::MonotonicTime origin) noexcept;
  void cancel() noexcept;

 private:
  enum class State : std::uint8_t { Closed, Open, Cancelled };

  void settle(State state, core::MonotonicTime origin) noexcept;

  // Not std::atomic::wait: libstdc++ spins with sched_yield(2) first, and a SCHED_DEADLINE thread
  // that yields is not run again before its next period (kernel sched-deadline.rst).
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  State state_ = State::Closed;  // guarded by mutex_, as the two below
  int arrivals_ = 0;
  core::MonotonicTime origin_{};
};

}  // namespace isotherm::os
