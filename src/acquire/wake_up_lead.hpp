// Learns how long a wake-up usually takes, so that a spin tail of 50 us is 50 us of spinning.
//
// A sleeper runs later than its alarm by what the timer's interrupt, the idle core's way back and
// the scheduler take. Most of that is the same every time, and during it nobody spins: an alarm
// that is set earlier by the usual wake-up costs no CPU time, and leaves the whole spin tail for
// what differs from one wake-up to the next.
#pragma once

#include <algorithm>

#include "core/realtime.hpp"
#include "core/time.hpp"

namespace isotherm::acquire {

class WakeUpLead {
 public:
  // Never longer than `limit`, however slow the wake-ups are.
  explicit WakeUpLead(core::Nanoseconds limit) noexcept : limit_(limit) {}

  // Real-time. How much before the spin tail the alarm is to be set.
  [[nodiscard]] core::Nanoseconds length() const noexcept ISOTHERM_REALTIME { return length_; }

  // Real-time. A wake-up has taken so long. The length goes up a step if that was longer, else down
  // one, and so comes to where both are as frequent: the median, which no single stall can move
  // far (Robbins and Monro, A Stochastic Approximation Method, 1951). A step is a thirty-second of
  // the length: from nothing to 60 us it takes some 130 wake-ups.
  void learn(core::Nanoseconds took) noexcept ISOTHERM_REALTIME {
    const core::Nanoseconds step = std::max(length_ / kStepsOfLength, kStepMin);
    length_ = std::clamp(length_ + (took > length_ ? step : -step), core::Nanoseconds{0}, limit_);
  }

 private:
  static constexpr std::int64_t kStepsOfLength = 32;
  static constexpr core::Nanoseconds kStepMin{100};

  core::Nanoseconds limit_;
  core::Nanoseconds length_{0};
};

}  // namespace isotherm::acquire
