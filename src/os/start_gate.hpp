// The gate behind which all readers wait until everything is built, so that they start on one
// common time origin.
#pragma once

#include <atomic>
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
  enum class State : int { Closed, Opening, Open, Cancelled };

  std::atomic<State> state_{State::Closed};
  // Readers that have come to the gate. cancel() adds kCancelled, which ends wait_until_ready().
  std::atomic<int> arrivals_{0};
  core::MonotonicTime origin_{};  // written before state_ becomes Open, read only after
};

}  // namespace isotherm::os
