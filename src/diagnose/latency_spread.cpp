#include "diagnose/latency_spread.hpp"

#include <algorithm>
#include <cmath>

namespace isotherm::diagnose {
namespace {

double ratio(core::Nanoseconds of, core::Nanoseconds over) {
  constexpr core::Nanoseconds kUnit{1};
  return static_cast<double>(std::max(of, kUnit).count()) /
         static_cast<double>(std::max(over, kUnit).count());
}

}  // namespace

QuantileBounds quantile_bounds(const core::Histogram& histogram, double fraction) {
  // A bucket is no wider than a 32nd of its upper edge: core/histogram.hpp.
  constexpr int kBucketShare = 1 << core::histogram_buckets::kSubBits;
  const core::Nanoseconds high = histogram.quantile(fraction);
  return {high - high / kBucketShare, high};
}

double RatioSpread::coverage() const noexcept {
  return rounds == 0 ? 0.0 : 1.0 - std::exp2(1.0 - static_cast<double>(rounds));
}

double quantile_of_sorted(const std::vector<double>& values, double fraction) {
  const double position = fraction * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  const double share = position - static_cast<double>(below);
  return values[below] + (values[above] - values[below]) * share;
}

std::optional<RatioSpread> ratio_spread(const std::vector<RoundPair>& rounds) {
  if (rounds.empty()) {
    return std::nullopt;
  }
  std::vector<double> ratios;
  std::vector<double> least;
  std::vector<double> greatest;
  for (const RoundPair& round : rounds) {
    ratios.push_back(ratio(round.of.high, round.over.high));
    least.push_back(ratio(round.of.low, round.over.high));
    greatest.push_back(ratio(round.of.high, round.over.low));
  }
  std::sort(ratios.begin(), ratios.end());
  return RatioSpread{.rounds = ratios.size(),
                     .median = quantile_of_sorted(ratios, 0.5),
                     .lower_quartile = quantile_of_sorted(ratios, 0.25),
                     .upper_quartile = quantile_of_sorted(ratios, 0.75),
                     .low = *std::min_element(least.begin(), least.end()),
                     .high = *std::max_element(greatest.begin(), greatest.end())};
}

}  // namespace isotherm::diagnose
