// How often each value occurs. A thermometer has few different ones, so this is small, and
// percentiles taken from it are exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyse/moments.hpp"
#include "capture/value_coding.hpp"

namespace isotherm::analyse {

struct ValueCount {
  double value = 0.0;
  std::uint64_t count = 0;
};

// Ascending, each value once; 0.0 and -0.0 are one.
using ValueCounts = std::vector<ValueCount>;

// Counts the values of a chunk; used again for each. Finite values only.
class ValueCounter {
 public:
  ValueCounter() : dense_(kDense) {}

  // `grid` is where most of the values lie: the chunk's own.
  void add(std::span<const double> values, const capture::ValueGrid& grid);
  // What was counted since the last take().
  [[nodiscard]] ValueCounts take();

 private:
  static constexpr std::size_t kDense = std::size_t{1} << 16U;

  void add_on_grid(std::span<const double> values, const capture::ValueGrid& grid);
  void collect(const capture::ValueGrid& grid, std::int64_t base, std::uint64_t low,
               std::uint64_t high);

  std::vector<std::uint32_t> dense_;  // by the value's place on the grid, less a base
  std::unordered_map<double, std::uint64_t> others_;
};

[[nodiscard]] Moments moments_of(const ValueCounts& counts) noexcept;

// The smallest value that at least a share `fraction` of all do not exceed (the inverse of the
// empirical distribution, definition 1 of Hyndman and Fan, 1996). `counts` is not empty.
[[nodiscard]] double quantile_of(const ValueCounts& counts, double fraction) noexcept;

// 1 to `total`: which of all, in ascending order, that is.
[[nodiscard]] std::uint64_t rank_of(double fraction, std::uint64_t total) noexcept;

}  // namespace isotherm::analyse
