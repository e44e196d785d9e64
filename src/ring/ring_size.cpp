#include "ring/ring_size.hpp"

#include "core/sample.hpp"

namespace isotherm::ring {

std::uint64_t ring_capacity(core::Nanoseconds period, core::Nanoseconds stall_budget,
                            const std::vector<std::uint32_t>& every) {
  const auto slots = static_cast<std::uint64_t>(stall_budget / period) + 2;
  std::uint64_t samples = 0;
  for (const std::uint32_t divisor : every) {
    samples += slots / divisor + 1;
  }
  return samples;
}

std::uint64_t ring_bytes(std::uint64_t capacity) {
  // The queue holds one element more than its capacity, to tell full from empty.
  return (capacity + 1) * sizeof(core::Sample);
}

}  // namespace isotherm::ring
