// How large a reader's ring must be so that housekeeping may stall and nothing is lost.
#pragma once

#include <cstdint>
#include <vector>

#include "core/time.hpp"

namespace isotherm::ring {

// Beyond these a plan is refused: it would lock more memory than a board can spare. All sizes here
// have 64 bits on every machine, so that what is too large shows as too large on one with 32 bits
// and does not wrap around to something small.
inline constexpr std::uint64_t kRingBytesMax = std::uint64_t{256} << 20U;       // of one ring
inline constexpr std::uint64_t kRingBytesTotalMax = std::uint64_t{512} << 20U;  // of all together

// Samples that a reader can make in `stall_budget`, with one more slot for the rounding at either
// end. `every` holds each sensor's divisor of the reader's rate, 1 or more.
[[nodiscard]] std::uint64_t ring_capacity(core::Nanoseconds period, core::Nanoseconds stall_budget,
                                          const std::vector<std::uint32_t>& every);

// Bytes of storage of a ring of that capacity.
[[nodiscard]] std::uint64_t ring_bytes(std::uint64_t capacity);

}  // namespace isotherm::ring
