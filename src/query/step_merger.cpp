#include "query/step_merger.hpp"

#include <algorithm>

namespace isotherm::query {

bool StepMerger::add(std::size_t sensor, history::Bucket bucket) {
  const core::Nanoseconds patience = kWindowMax + steps_.step();
  if (!open_.empty() && bucket.time < newest_ - patience) {
    if (!finish()) {
      return false;
    }
    newest_ = bucket.time;
  }
  newest_ = std::max(newest_, bucket.time);
  history::move_start(bucket, steps_.start_of(bucket.time));
  const auto [place, is_new] = open_.try_emplace({bucket.time, sensor}, bucket);
  if (!is_new) {
    history::merge_into(place->second, bucket);
  }
  return pass_on(newest_ - patience);
}

bool StepMerger::finish() { return pass_on(core::WallTime::max()); }

bool StepMerger::pass_on(core::WallTime before) {
  while (!open_.empty() && open_.begin()->first.first < before) {
    const auto first = open_.begin();
    if (!visit_(first->first.second, first->second)) {
      return false;
    }
    open_.erase(first);
  }
  return true;
}

}  // namespace isotherm::query
