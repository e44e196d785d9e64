#include "analyse/stretches.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "analyse/lanes.hpp"

namespace isotherm::analyse {
namespace {

constexpr std::size_t kWindow = 7;
constexpr std::size_t kBlock = 64;  // values that are looked at together first
constexpr std::size_t kPairStep = 8;
constexpr double kDeviations = 1.4826;  // of a normal distribution, a median absolute deviation

struct Range {
  double low;
  double high;
};

Range range_of(std::span<const double> values) {
  std::array<double, kLanes> low{};
  std::array<double, kLanes> high{};
  low.fill(values.front());
  high.fill(values.front());
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      low[lane] = value < low[lane] ? value : low[lane];
      high[lane] = value > high[lane] ? value : high[lane];
    }
  }
  for (; i < values.size(); ++i) {
    low[0] = std::min(low[0], values[i]);
    high[0] = std::max(high[0], values[i]);
  }
  return {std::min(std::min(low[0], low[1]), std::min(low[2], low[3])),
          std::max(std::max(high[0], high[1]), std::max(high[2], high[3]))};
}

// Of the window that lies about value `i`.
double median_about(std::span<const double> values, std::size_t i) {
  constexpr std::size_t kSide = kWindow / 2;
  const std::size_t from =
      std::min(i > kSide ? i - kSide : 0, values.size() - std::min(values.size(), kWindow));
  const std::size_t count = std::min(values.size(), kWindow);
  std::array<double, kWindow> window{};
  std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(from), count, window.begin());
  const auto middle = window.begin() + static_cast<std::ptrdiff_t>(count / 2);
  std::nth_element(window.begin(), middle, window.begin() + static_cast<std::ptrdiff_t>(count));
  return *middle;
}

}  // namespace

EqualPart equal_in(const GoodValues& good, std::uint64_t equal_min) {
  EqualPart part;
  const std::span<const double> values = good.values;
  if (values.empty()) {
    return part;
  }
  const auto run = [&](std::size_t first, std::size_t end) {
    return EqualRun{good.slot(first), good.slot(end - 1), end - first, values[first]};
  };
  const auto differs = [&](std::size_t i) { return values[i] != values[i - 1]; };
  std::size_t head = 1;
  while (head < values.size() && !differs(head)) {
    ++head;
  }
  part.head = run(0, head);
  if (head == values.size()) {
    return part;
  }
  std::size_t tail = values.size() - 1;
  while (!differs(tail)) {
    --tail;
  }
  part.tail = run(tail, values.size());
  // Without branches on the values: noise would have each second one predicted wrong.
  std::uint64_t length = 0;
  std::uint64_t longest = 0;
  std::size_t longest_end = 0;
  for (std::size_t i = head; i < tail; ++i) {
    const std::uint64_t same = values[i] == values[i - 1] ? ~std::uint64_t{0} : 0;
    length = (length & same) + 1;
    part.stretches += length == equal_min ? 1 : 0;
    longest_end = length > longest ? i + 1 : longest_end;
    longest = length > longest ? length : longest;
  }
  if (longest > 0) {
    part.longest = run(longest_end - static_cast<std::size_t>(longest), longest_end);
  }
  return part;
}

bool EqualSeries::close(const EqualRun& run) {
  if (run.samples == 0) {
    return false;
  }
  stretches_ += run.samples >= equal_min_ ? 1 : 0;
  if (run.samples <= longest_.samples) {
    return false;
  }
  longest_ = run;
  return true;
}

bool EqualSeries::merge(const EqualPart& part) {
  if (part.head.samples == 0) {
    return false;
  }
  bool longer = false;
  if (open_.samples > 0 && open_.value == part.head.value) {
    open_.samples += part.head.samples;
    open_.last = part.head.last;
  } else {
    longer = close(open_);
    open_ = part.head;
  }
  if (part.tail.samples == 0) {
    return longer;
  }
  longer = close(open_) || longer;
  stretches_ += part.stretches;
  if (part.longest.samples > longest_.samples) {
    longest_ = part.longest;
    longer = true;
  }
  open_ = part.tail;
  return longer;
}

bool EqualSeries::end_run() {
  const bool longer = close(open_);
  open_ = {};
  return longer;
}

double SpikeFinder::noise_of(std::span<const double> values) {
  differences_.clear();
  for (std::size_t i = 1; i < values.size(); i += kPairStep) {
    differences_.push_back(std::abs(values[i] - values[i - 1]));
  }
  if (differences_.empty()) {
    return 0.0;
  }
  const auto middle = differences_.begin() + static_cast<std::ptrdiff_t>(differences_.size() / 2);
  std::nth_element(differences_.begin(), middle, differences_.end());
  return *middle * kDeviations / std::numbers::sqrt2;
}

SpikePart SpikeFinder::find(const GoodValues& good, double k, double resolution) {
  SpikePart part;
  const std::span<const double> values = good.values;
  const double limit = k * std::max(noise_of(values), resolution);
  bool before = false;
  for (std::size_t begin = 0; begin < values.size(); begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, values.size());
    // No value can be further from a median of its neighbours than all of them are apart.
    const std::size_t from = begin > kWindow ? begin - kWindow : 0;
    const std::size_t to = std::min(end + kWindow, values.size());
    const Range range = range_of(values.subspan(from, to - from));
    if (!(range.high - range.low > limit)) {
      before = false;
      continue;
    }
    for (std::size_t i = begin; i < end; ++i) {
      const double distance = values[i] - median_about(values, i);
      const bool spike = std::abs(distance) > limit;
      if (spike) {
        ++part.samples;
        part.stretches += before ? 0 : 1;
        part.at_begin = part.at_begin || i == 0;
        part.at_end = i + 1 == values.size();
        if (std::abs(distance) > std::abs(part.largest)) {
          part.largest = distance;
          part.largest_slot = good.slot(i);
        }
      }
      before = spike;
    }
  }
  return part;
}

}  // namespace isotherm::analyse
