#include "analyse/value_counts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isotherm::analyse {
namespace {

using capture::ValueGrid;
using capture::ValueKind;

constexpr double kHalf = 0.5;

double value_of(const ValueGrid& grid, double place) noexcept {
  return grid.kind == ValueKind::Multiply ? place * grid.step : place / grid.step;
}

// To the nearest integer, as a number: a call of std::round() a sample would be most of the work.
std::int64_t place_of(double scaled) noexcept {
  return static_cast<std::int64_t>(scaled + std::copysign(kHalf, scaled));
}

}  // namespace

void ValueCounter::add(std::span<const double> values, const ValueGrid& grid) {
  if (grid.kind == ValueKind::Multiply || grid.kind == ValueKind::Divide) {
    add_on_grid(values, grid);
    return;
  }
  for (const double value : values) {
    ++others_[value + 0.0];
  }
}

void ValueCounter::add_on_grid(std::span<const double> values, const ValueGrid& grid) {
  if (values.empty()) {
    return;
  }
  const double per_degree = grid.kind == ValueKind::Multiply ? 1.0 / grid.step : grid.step;
  constexpr double kPlaceLimit = 1e15;
  const double first = values.front() * per_degree;
  const std::int64_t base =
      std::abs(first) < kPlaceLimit ? place_of(first) - static_cast<std::int64_t>(kDense / 2) : 0;
  std::uint64_t low = kDense;
  std::uint64_t high = 0;
  for (const double value : values) {
    const double scaled = value * per_degree;
    if (std::abs(scaled) < kPlaceLimit) {
      const std::int64_t place = place_of(scaled);
      const auto at = static_cast<std::uint64_t>(place - base);
      if (at < kDense && value_of(grid, static_cast<double>(place)) == value) {
        ++dense_[static_cast<std::size_t>(at)];
        low = std::min(low, at);
        high = std::max(high, at);
        continue;
      }
    }
    ++others_[value + 0.0];
  }
  collect(grid, base, low, high);
}

void ValueCounter::collect(const ValueGrid& grid, std::int64_t base, std::uint64_t low,
                           std::uint64_t high) {
  for (auto at = static_cast<std::size_t>(low); at <= high; ++at) {
    if (dense_[at] > 0) {
      const auto place = static_cast<double>(base + static_cast<std::int64_t>(at));
      others_[value_of(grid, place)] += dense_[at];
      dense_[at] = 0;
    }
  }
}

ValueCounts ValueCounter::take() {
  ValueCounts out;
  out.reserve(others_.size());
  for (const auto& [value, count] : others_) {
    out.push_back({value, count});
  }
  std::sort(out.begin(), out.end(),
            [](const ValueCount& a, const ValueCount& b) { return a.value < b.value; });
  others_.clear();
  return out;
}

Moments moments_of(const ValueCounts& counts) noexcept {
  Moments out;
  if (counts.empty()) {
    return out;
  }
  // About a value in the middle, where the sums are small.
  const double about = counts[counts.size() / 2].value;
  double sum = 0.0;
  for (const ValueCount& one : counts) {
    out.count += one.count;
    sum += (one.value - about) * static_cast<double>(one.count);
  }
  const double offset = sum / static_cast<double>(out.count);
  out.mean = about + offset;
  for (const ValueCount& one : counts) {
    const double distance = (one.value - about) - offset;
    out.squares += distance * distance * static_cast<double>(one.count);
  }
  return out;
}

std::uint64_t rank_of(double fraction, std::uint64_t total) noexcept {
  const double wanted = std::ceil(fraction * static_cast<double>(total));
  const auto rank = wanted < 1.0 ? std::uint64_t{1} : static_cast<std::uint64_t>(wanted);
  return std::min(rank, std::max<std::uint64_t>(total, 1));
}

double quantile_of(const ValueCounts& counts, double fraction) noexcept {
  std::uint64_t total = 0;
  for (const ValueCount& one : counts) {
    total += one.count;
  }
  const std::uint64_t rank = rank_of(fraction, total);
  std::uint64_t below = 0;
  for (const ValueCount& one : counts) {
    below += one.count;
    if (below >= rank) {
      return one.value;
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace isotherm::analyse
