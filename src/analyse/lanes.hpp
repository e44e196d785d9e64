// Sums in four lanes: four additions are under way at a time instead of one that waits for the one
// before, and the order of the additions is the same whatever a compiler makes of it.
#pragma once

#include <array>
#include <cstddef>

namespace isotherm::analyse {

inline constexpr std::size_t kLanes = 4;

// The sum of term(i) for i of 0 to count - 1.
template <typename Term>
double lane_sum(std::size_t count, const Term& term) {
  std::array<double, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] += term(i + lane);
    }
  }
  for (; i < count; ++i) {
    sums[0] += term(i);
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace isotherm::analyse
