// The clock of a reader under stress: time passes only when the reader sleeps, and at once; every
// 97th sleep is late by some slots.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/clock.hpp"

namespace isotherm::test {

class LateClock : public core::Clock {
 public:
  [[nodiscard]] core::MonotonicTime now() const noexcept override {
    return core::MonotonicTime{core::Nanoseconds{now_.load(std::memory_order_relaxed)}};
  }
  bool sleep_until(core::MonotonicTime deadline) const noexcept override {
    const std::int64_t late = ++sleeps_ % 97 == 0 ? (sleeps_ % 11) * 700'000 : 0;
    now_.store(deadline.time_since_epoch().count() + late, std::memory_order_relaxed);
    return true;
  }

 private:
  mutable std::atomic<std::int64_t> now_{1'000'000'000};
  mutable std::int64_t sleeps_ = 0;  // the reader's thread alone
};

}  // namespace isotherm::test
