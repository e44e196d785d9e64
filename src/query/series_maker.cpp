#include "query/series_maker.hpp"

#include <algorithm>
#include <utility>

#include "query/steps.hpp"

namespace isotherm::query {

SeriesMaker::SeriesMaker(std::size_t sensors, const history::TimeRange& range, std::size_t limit)
    : limit_(std::max<std::size_t>(limit, 1)),
      step_(history::series_step(range, limit)),
      lists_(sensors) {}

void SeriesMaker::expect_step(core::Nanoseconds step) {
  merged_ = merged_ || step > core::Nanoseconds{0};
  step_ = std::max(step_, step);
}

void SeriesMaker::add(std::size_t sensor, const history::Bucket& bucket) {
  lists_[sensor].push_back(bucket);
  // So that a year of windows never lies in memory.
  if (lists_[sensor].size() > 4 * limit_) {
    merge(4 * limit_);
  }
}

history::Series SeriesMaker::take() {
  for (auto& list : lists_) {
    put_in_order(list);
  }
  merge(limit_);
  return {merged_ ? step_ : core::Nanoseconds{0}, std::move(lists_)};
}

void SeriesMaker::merge(std::size_t longest_allowed) {
  merged_ = merged_ || std::any_of(lists_.begin(), lists_.end(),
                                   [&](const auto& list) { return list.size() > longest_allowed; });
  if (!merged_) {
    return;
  }
  for (auto& list : lists_) {
    put_in_order(list);
    history::merge_to_step(list, step_);
  }
}

}  // namespace isotherm::query
