#include "view/line_gaps.hpp"

#include <algorithm>
#include <cstddef>

namespace isotherm::view {

core::Nanoseconds bucket_length(const ChartLine& line) {
  if (line.step.count() > 0) {
    return line.step;
  }
  if (line.buckets.size() < 2) {
    return core::Nanoseconds{0};
  }
  std::vector<core::Nanoseconds> distances;
  distances.reserve(line.buckets.size() - 1);
  for (std::size_t i = 1; i < line.buckets.size(); ++i) {
    distances.push_back(line.buckets[i].time - line.buckets[i - 1].time);
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return std::max(*middle, core::Nanoseconds{1});
}

bool apart(const history::Bucket& before, const history::Bucket& after,
           core::Nanoseconds length) noexcept {
  return after.time - before.time > length + length / 2;
}

}  // namespace isotherm::view
