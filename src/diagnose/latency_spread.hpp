// How far apart two arms are, and how sure that is.
//
// The machine's mood changes from minute to minute (other guests of the host, temperature, clock
// frequency), and it changes both arms alike as long as their blocks stand close together. So arms
// are compared round by round: a ratio is the quantile of the one arm's block over that of the
// other arm's block in the same round, and there are as many ratios as rounds.
//
//   median     the answer
//   quartiles  half of the rounds lie between them
//   low, high  the spread: the least and the greatest ratio of all rounds, widened by what the
//              histogram's buckets leave open (up to 3.2 % each way). For independent rounds the
//              true median lies between the least and the greatest of n with a probability of
//              1 - 2^(1-n), whatever the distribution (the sign test's interval; David and
//              Nagaraja, Order Statistics, 3rd edition, 7.1): 94 % with 5 rounds, 98 % with 7.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/histogram.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

struct QuantileKind {
  double fraction = 0.0;
  const char* word = "";  // "p99.9"
  const char* key = "";   // "p999"
};
inline constexpr std::array kQuantiles = {
    QuantileKind{0.5, "p50", "p50"},
    QuantileKind{0.99, "p99", "p99"},
    QuantileKind{0.999, "p99.9", "p999"},
};
inline constexpr std::size_t kP50 = 0;
inline constexpr std::size_t kP99 = 1;
inline constexpr std::size_t kP999 = 2;

// The bucket of a histogram in which a quantile lies: it is no less than `low` and no more than
// `high`.
struct QuantileBounds {
  core::Nanoseconds low{0};
  core::Nanoseconds high{0};
};
[[nodiscard]] QuantileBounds quantile_bounds(const core::Histogram& histogram, double fraction);

// The same quantile of two arms in one round.
struct RoundPair {
  QuantileBounds of;
  QuantileBounds over;
};

struct RatioSpread {
  std::size_t rounds = 0;
  double median = 0.0;
  double lower_quartile = 0.0;
  double upper_quartile = 0.0;
  double low = 0.0;
  double high = 0.0;

  // That low and high enclose the true median, for independent rounds: 0 to 1.
  [[nodiscard]] double coverage() const noexcept;
};

// Nothing without a round. A quantile of 0 is taken for 1 ns, the clock's unit.
[[nodiscard]] std::optional<RatioSpread> ratio_spread(const std::vector<RoundPair>& rounds);

// Of ascending values, at least one: between the two neighbours linearly.
[[nodiscard]] double quantile_of_sorted(const std::vector<double>& values, double fraction);

}  // namespace isotherm::diagnose
