// Lateness of the samples of one window: its 99th percentile and its maximum.
//
// The buckets are those of core::Histogram (32 an octave). What differs is what a window costs: its
// counters are of 32 bits, and closing it touches only the buckets between its largest and its
// smallest value, instead of all 1152 twice.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "core/histogram.hpp"
#include "core/row.hpp"

namespace isotherm::aggregate {

class LatenessWindow {
 public:
  // At most 2^32 - 1 times a window; a day at 20 kHz is 1.7 thousand million.
  void record(std::uint64_t lateness_ns) noexcept {
    ++buckets_[core::histogram_buckets::index(lateness_ns)];
    max_ = std::max(max_, lateness_ns);
  }

  // What `count` calls of record() since the last close() amount to; nothing if it was none.
  [[nodiscard]] std::optional<core::WindowLateness> close(std::uint64_t count) noexcept;

 private:
  std::uint64_t max_ = 0;
  std::array<std::uint32_t, core::histogram_buckets::kCount> buckets_{};
};

}  // namespace isotherm::aggregate
