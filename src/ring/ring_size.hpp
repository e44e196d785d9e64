// How large a reader's ring must be so that housekeeping may stall and nothing is lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/time.hpp"

namespace isotherm::ring {

// Beyond this a plan is refused: it would lock more memory than a board can spare.
inline constexpr std::size_t kRingBytesMax = std::size_t{256} << 20U;

// Samples that a reader can make in `stall_budget`, with one more slot for the rounding at either
// end. `every` holds each sensor's divisor of the reader's rate, 1 or more.
[[nodiscard]] std::size_t ring_capacity(core::Nanoseconds period, core::Nanoseconds stall_budget,
                                        const std::vector<std::uint32_t>& every);

// Bytes of storage of a ring of that capacity.
[[nodiscard]] std::size_t ring_bytes(std::size_t capacity);

}  // namespace isotherm::ring
