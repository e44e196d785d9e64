#include "view/line_gaps.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace isotherm::view {
namespace {

// So many buckets have a usual distance over four of them.
constexpr std::size_t kBucketsEnough = 16;

}  // namespace

core::Nanoseconds bucket_length(const ChartLine& line) {
  if (line.buckets.size() < 2) {
    return line.step;
  }
  // Over several, as windows of 90 s begin 60 s and 120 s apart in steps of a minute.
  const std::size_t stride = line.step.count() > 0 && line.buckets.size() > kBucketsEnough ? 4 : 1;
  std::vector<core::Nanoseconds> distances;
  distances.reserve(line.buckets.size() - stride);
  for (std::size_t i = stride; i < line.buckets.size(); ++i) {
    distances.push_back((line.buckets[i].time - line.buckets[i - stride].time) /
                        static_cast<std::int64_t>(stride));
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return std::max({*middle, line.step, core::Nanoseconds{1}});
}

bool apart(const history::Bucket& before, const history::Bucket& after,
           core::Nanoseconds length) noexcept {
  return after.time - before.time > length + length / 2;
}

}  // namespace isotherm::view
