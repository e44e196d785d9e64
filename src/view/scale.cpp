#include "view/scale.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace isotherm::view {
namespace {

constexpr int kMostDecimals = 9;       // a bucket's own resolution
constexpr double kRoom = 0.02;         // of the range, above and below
constexpr double kRoomOfOne = 1e-3;    // around a single value, of itself
constexpr double kRoundingOff = 1e-9;  // of a step: sums of steps are not exact

}  // namespace

std::optional<std::size_t> TimeScale::column_of(core::WallTime time) const noexcept {
  if (columns_ == 0 || time < from_ || time >= to_) {
    return std::nullopt;
  }
  // In double: the product of a century's nanoseconds and the columns has more than 64 bits.
  const double share =
      static_cast<double>((time - from_).count()) / static_cast<double>((to_ - from_).count());
  return std::min(static_cast<std::size_t>(share * static_cast<double>(columns_)), columns_ - 1);
}

std::optional<ColumnRange> TimeScale::columns_of(core::WallTime time,
                                                 core::Nanoseconds length) const noexcept {
  const auto first = column_of(time);
  if (!first) {
    return std::nullopt;
  }
  const core::WallTime end = time + std::max(length - core::Nanoseconds{1}, core::Nanoseconds{0});
  return ColumnRange{.first = *first, .last = column_of(end).value_or(columns_ - 1)};
}

ValueScale::ValueScale(double lowest, double highest, std::size_t rows) noexcept
    : lowest_{lowest}, highest_{highest}, rows_{std::max<std::size_t>(rows, 1)} {
  const double size = std::max(std::abs(lowest), std::abs(highest));
  const double range = highest - lowest;
  const bool single = !(range > 1e-9 * size) || range <= 0.0;
  const double room = single ? std::max(size * kRoomOfOne, kRoomOfOne) : range * kRoom;
  lowest_ -= room;
  highest_ += room;
}

std::size_t ValueScale::row_of(double value) const noexcept {
  const double share = std::clamp((highest_ - value) / (highest_ - lowest_), 0.0, 1.0);
  return std::min(static_cast<std::size_t>(share * static_cast<double>(rows_)), rows_ - 1);
}

std::vector<ValueTick> ValueScale::ticks(std::size_t count) const {
  const double step = round_step(highest_ - lowest_, std::max<std::size_t>(count, 2));
  std::vector<ValueTick> ticks;
  double multiple = std::ceil(lowest_ / step - kRoundingOff);
  for (; multiple * step <= highest_ + step * kRoundingOff; multiple += 1.0) {
    ticks.push_back({.value = multiple * step, .text = number_text(multiple * step, step)});
  }
  return ticks;
}

double round_step(double range, std::size_t count) noexcept {
  const double least = range / static_cast<double>(std::max<std::size_t>(count, 1));
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least) {
      return factor * power;
    }
  }
  return 10.0 * power;
}

std::string number_text(double value, double step) {
  const double digits = std::ceil(-std::log10(step) - kRoundingOff);
  const int decimals = static_cast<int>(std::clamp(digits, 0.0, double{kMostDecimals}));
  std::array<char, 400> text{};  // 309 digits of the largest double, and the decimals
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::fixed, decimals);
  std::string result{text.data(), end.ptr};
  const bool zero = result.find_first_not_of("-0.") == std::string::npos;
  return zero && result.front() == '-' ? result.substr(1) : result;
}

}  // namespace isotherm::view
