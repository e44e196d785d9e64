// The two axes of a chart: times to columns, values to rows, and round numbers to write beside
// them. Internal to view/. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace isotherm::view {

// Columns, or dots, both included.
struct ColumnRange {
  std::size_t first = 0;
  std::size_t last = 0;
};

class TimeScale {
 public:
  // Nothing lies on it if `to` is not after `from`.
  TimeScale(core::WallTime from, core::WallTime to, std::size_t columns) noexcept
      : from_{from}, to_{to}, columns_{columns} {}

  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  // The column of an instant; nothing outside the scale.
  [[nodiscard]] std::optional<std::size_t> column_of(core::WallTime time) const noexcept;
  // The columns that a stretch touches; nothing if it begins outside the scale.
  [[nodiscard]] std::optional<ColumnRange> columns_of(core::WallTime time,
                                                      core::Nanoseconds length) const noexcept;

 private:
  core::WallTime from_;
  core::WallTime to_;
  std::size_t columns_;
};

struct ValueTick {
  double value = 0.0;
  std::string text;  // as many digits as the distance to the next takes: "21.5"
};

class ValueScale {
 public:
  // lowest <= highest, both finite; a single value gets some room above and below.
  ValueScale(double lowest, double highest, std::size_t rows) noexcept;

  // From the top, 0 to rows - 1; a value beyond the ends belongs to the outermost row.
  [[nodiscard]] std::size_t row_of(double value) const noexcept;
  // At whole multiples of 1, 2 or 5 times a power of ten, from below, at most `count` (or two).
  [[nodiscard]] std::vector<ValueTick> ticks(std::size_t count) const;

 private:
  double lowest_;
  double highest_;
  std::size_t rows_;
};

// The smallest of 1, 2, 5 times a power of ten of which at most `count` fit into `range` (> 0).
[[nodiscard]] double round_step(double range, std::size_t count) noexcept;

// A value with the digits after the point that `step` needs, never "-0".
[[nodiscard]] std::string number_text(double value, double step);

}  // namespace isotherm::view
