// Arithmetic on durations that stays at the largest one instead of wrapping around: an analysis of
// absurd numbers must end in "too long", never in a small or negative time.
#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace isotherm::diagnose {

[[nodiscard]] constexpr core::Nanoseconds add(core::Nanoseconds a, core::Nanoseconds b) noexcept {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a.count(), b.count(), &sum) ? core::Nanoseconds::max()
                                                            : core::Nanoseconds{sum};
}

[[nodiscard]] constexpr core::Nanoseconds times(std::int64_t count,
                                                core::Nanoseconds each) noexcept {
  std::int64_t product = 0;
  return __builtin_mul_overflow(count, each.count(), &product) ? core::Nanoseconds::max()
                                                               : core::Nanoseconds{product};
}

// How many periods begin in a time: part / period, rounded up. `period` is above 0.
[[nodiscard]] constexpr std::int64_t ceil_div(core::Nanoseconds part,
                                              core::Nanoseconds period) noexcept {
  return part.count() / period.count() + (part.count() % period.count() > 0 ? 1 : 0);
}

}  // namespace isotherm::diagnose
