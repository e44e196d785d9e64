// Slot arithmetic: which slots of a reader lie in a stretch of time, and at which of them a sensor
// is due.
#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace isotherm::aggregate {

// The instants of one reader: slot n is at origin + n * period. `period` is above 0.
struct SlotGrid {
  core::MonotonicTime origin;
  core::Nanoseconds period{1};

  [[nodiscard]] core::MonotonicTime time_of(std::uint64_t slot) const noexcept {
    return origin + period * static_cast<std::int64_t>(slot);
  }

  // The first slot at or after `time`; 0 for all times before the origin. So the slots of the
  // stretch [begin, end) are first_slot_from(begin) up to, and without, first_slot_from(end).
  [[nodiscard]] std::uint64_t first_slot_from(core::MonotonicTime time) const noexcept {
    if (time <= origin) {
      return 0;
    }
    return static_cast<std::uint64_t>((time - origin - core::Nanoseconds{1}) / period) + 1;
  }
};

// How many slots of [from, to) are multiples of `every`, which is at least 1; 0 if `to` is not
// above `from`.
[[nodiscard]] constexpr std::uint64_t due_slots(std::uint64_t from, std::uint64_t to,
                                                std::uint64_t every) noexcept {
  const std::uint64_t before_to = (to + every - 1) / every;
  const std::uint64_t before_from = (from + every - 1) / every;
  return before_to > before_from ? before_to - before_from : 0;
}

}  // namespace isotherm::aggregate
