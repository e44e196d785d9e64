// All that a report says about one sensor, in numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyse/allan.hpp"
#include "analyse/spectrum.hpp"
#include "analyse/value_counts.hpp"
#include "core/fault.hpp"
#include "core/histogram.hpp"
#include "core/time.hpp"

namespace isotherm::analyse {

inline constexpr std::array kFractions{0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};

// scheduled = good + not_finite + faulty + missed + dropped + lost, exactly.
struct SampleCounts {
  std::uint64_t scheduled = 0;  // slots from the first sample of each run to its last, and those
                                // of damaged chunks before and behind
  std::uint64_t good = 0;
  std::uint64_t not_finite = 0;  // good ones that are no number; in no other figure
  std::uint64_t faulty = 0;
  std::uint64_t missed = 0;
  std::uint64_t dropped = 0;  // by the ring or by the capture, while it was written
  std::uint64_t lost = 0;     // were written, and cannot be read now
};

struct ValueFigures {
  double mean = 0.0;
  std::optional<double> deviation;  // sample standard deviation
  double min = 0.0;
  double max = 0.0;
  core::WallTime min_time{};
  core::WallTime max_time{};
  double resolution = 0.0;              // least distance of values; 0: not known
  std::optional<std::size_t> distinct;  // different values; nothing if there are too many
  std::array<double, kFractions.size()> quantiles{};  // exact
  ValueCounts counts;                                 // all values, or for too many nothing
};

struct EqualFigures {
  std::uint64_t stretches = 0;  // of AnalysisSettings::equal_min samples or more
  std::uint64_t longest_samples = 0;
  core::Nanoseconds longest_time{0};  // from its first slot to its last
  core::WallTime longest_begin{};
  double longest_value = 0.0;
};

struct SpikeFigures {
  std::uint64_t samples = 0;
  std::uint64_t stretches = 0;
  double largest = 0.0;  // distance from the median about it, of either sign
  core::WallTime largest_time{};
};

struct LatenessFigures {
  std::uint64_t samples = 0;
  // Upper edges of their histogram's buckets, at most 3.2 % above the true values; max is exact, as
  // far as the capture is.
  core::Nanoseconds p50{0};
  core::Nanoseconds p99{0};
  core::Nanoseconds p999{0};
  core::Nanoseconds max{0};
  core::Histogram histogram;
};

struct SensorReport {
  std::string name;
  std::string unit;
  core::Nanoseconds interval{0};
  std::uint64_t runs = 0;
  std::uint64_t chunks = 0;    // that were read
  std::uint64_t repeated = 0;  // chunks that were there twice
  core::WallTime first{};      // of its first and last sample
  core::WallTime last{};
  SampleCounts counts;
  core::FaultCounts faults{};
  std::optional<ValueFigures> values;  // without a good value none of these
  std::vector<AllanSeries::Point> allan;
  std::optional<double> drift_per_hour;  // least squares; of several runs the common slope
  std::optional<Spectrum> spectrum;
  EqualFigures equal;
  SpikeFigures spikes;
  std::optional<LatenessFigures> lateness;
};

}  // namespace isotherm::analyse
