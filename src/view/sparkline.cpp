#include "view/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "view/line_gaps.hpp"
#include "view/scale.hpp"

namespace isotherm::view {
namespace {

constexpr std::array kBlocks = {"\u2581", "\u2582", "\u2583", "\u2584",
                                "\u2585", "\u2586", "\u2587", "\u2588"};
constexpr std::size_t kHalf = 3;  // of kBlocks

struct SparkColumn {
  double sum = 0.0;
  double samples = 0.0;
};

std::vector<SparkColumn> spark_columns(const ChartLine& line, const TimeScale& scale) {
  std::vector<SparkColumn> columns(scale.columns());
  const core::Nanoseconds length = bucket_length(line);
  for (const history::Bucket& bucket : line.buckets) {
    const auto covered = scale.columns_of(bucket.time, length);
    if (!bucket.has_statistics || !covered) {
      continue;
    }
    const auto samples = static_cast<double>(std::max<std::uint64_t>(bucket.counts.good, 1));
    for (std::size_t i = covered->first; i <= covered->last; ++i) {
      columns[i].sum += bucket.mean() * samples;
      columns[i].samples += samples;
    }
  }
  return columns;
}

}  // namespace

std::string sparkline(const ChartLine& line, core::WallTime from, core::WallTime to,
                      std::size_t width) {
  const std::vector<SparkColumn> columns = spark_columns(line, TimeScale{from, to, width});
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (const SparkColumn& column : columns) {
    if (column.samples > 0.0) {
      lowest = std::min(lowest, column.sum / column.samples);
      highest = std::max(highest, column.sum / column.samples);
    }
  }
  // Means of one value differ in their last bits.
  const bool flat = !(highest - lowest > 1e-9 * std::max(std::abs(highest), std::abs(lowest)));
  std::string text;
  for (const SparkColumn& column : columns) {
    if (column.samples <= 0.0) {
      text += ' ';
      continue;
    }
    const double share = (column.sum / column.samples - lowest) / (highest - lowest);
    const auto block =
        static_cast<std::size_t>(std::lround(share * static_cast<double>(kBlocks.size() - 1)));
    text += kBlocks.at(flat ? kHalf : std::min(block, kBlocks.size() - 1));
  }
  return text;
}

}  // namespace isotherm::view
