#include "aggregate/running_statistics.hpp"

#include <cmath>

namespace isotherm::aggregate {

void RunningStatistics::merge(const RunningStatistics& later) noexcept {
  if (later.count() == 0) {
    return;
  }
  fold();
  merged_ = combined(merged_, later.moments());
  min_ = std::min(min_, later.min_);
  max_ = std::max(max_, later.max_);
  last_ = later.last_;
}

std::optional<core::WindowStatistics> RunningStatistics::summary() const noexcept {
  const Moments all = moments();
  if (all.count == 0) {
    return std::nullopt;
  }
  core::WindowStatistics statistics;
  statistics.min = min_;
  // Rounding may put the mean of equal values one unit in the last place outside of them.
  statistics.mean = std::clamp(all.mean, min_, max_);
  statistics.max = max_;
  if (all.count > 1) {
    statistics.stddev = std::sqrt(all.squares / static_cast<double>(all.count - 1));
  }
  statistics.last = last_;
  return statistics;
}

RunningStatistics::Moments RunningStatistics::combined(const Moments& a,
                                                       const Moments& b) noexcept {
  if (a.count == 0 || b.count == 0) {
    return a.count == 0 ? b : a;
  }
  const auto count_a = static_cast<double>(a.count);
  const auto count_b = static_cast<double>(b.count);
  const double count = count_a + count_b;
  const double delta = b.mean - a.mean;
  return {a.count + b.count, a.mean + delta * (count_b / count),
          a.squares + b.squares + delta * delta * (count_a * count_b / count)};
}

RunningStatistics::Moments RunningStatistics::moments() const noexcept {
  if (block_count_ == 0) {
    return merged_;
  }
  const double count = block_count_;
  const Moments block{block_count_, shift_ + sum_ / count,
                      std::max(0.0, sum_of_squares_ - sum_ * sum_ / count)};
  return combined(merged_, block);
}

void RunningStatistics::fold() noexcept {
  merged_ = moments();
  block_count_ = 0;
  sum_ = 0.0;
  sum_of_squares_ = 0.0;
}

}  // namespace isotherm::aggregate
