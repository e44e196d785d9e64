// Merges buckets to steps while they come in about the order of time, as rows of a log do: those of
// readers with windows of different lengths come one after the other, and the clock may go back.
#pragma once

#include <cstddef>
#include <map>
#include <utility>

#include "core/time.hpp"
#include "query/log_source.hpp"
#include "query/steps.hpp"

namespace isotherm::query {

// So long a step waits for the last of its windows, which are hardly ever longer.
inline constexpr core::Nanoseconds kWindowMax = std::chrono::hours{1};

class StepMerger {
 public:
  // `visit` outlives this. Steps come to it in order of time, until the clock goes back by more
  // than a window: what comes then is in order again.
  StepMerger(Steps steps, const BucketVisitor& visit) : steps_(steps), visit_(visit) {}

  // False if the visitor wants no more.
  bool add(std::size_t sensor, history::Bucket bucket);
  bool finish();

 private:
  bool pass_on(core::WallTime before);

  Steps steps_;
  const BucketVisitor& visit_;
  std::map<std::pair<core::WallTime, std::size_t>, history::Bucket> open_;
  core::WallTime newest_ = core::WallTime::min();
};

}  // namespace isotherm::query
