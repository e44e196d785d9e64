// The steps that `--every` cuts time into. A step below a day begins at a whole multiple of itself
// after midnight; one of several days at midnight, a week on Monday. Midnight is that of the local
// time zone, or of UTC; a day in which daylight saving begins or ends has 23 or 25 hours. A step
// that does not divide a day (7 min) begins at whole multiples since 1970, UTC.
#pragma once

#include "core/time.hpp"
#include "history/history_reader.hpp"

namespace isotherm::query {

class Steps {
 public:
  // Windows as they are.
  Steps() = default;
  // Throws SetupError (Usage) for a step of more than a day that is not a number of days.
  Steps(core::Nanoseconds step, bool utc);

  [[nodiscard]] bool merging() const noexcept { return step_ > core::Nanoseconds{0}; }
  [[nodiscard]] core::Nanoseconds step() const noexcept { return step_; }

  // Of the step that `time` lies in.
  [[nodiscard]] core::WallTime start_of(core::WallTime time);
  [[nodiscard]] core::WallTime end_of(core::WallTime time);
  // The range, its ends moved out to whole steps.
  [[nodiscard]] history::TimeRange whole(const history::TimeRange& range);
  // The coarsest tier whose buckets never lie across the beginning of a step.
  [[nodiscard]] history::Tier tier(const history::TimeRange& range) const;

 private:
  void look_up(core::WallTime time);

  core::Nanoseconds step_{0};
  bool utc_ = true;
  // The stretch that was looked up last: a day, or a step of several. Nothing at first.
  core::WallTime from_{};
  core::WallTime to_{};
};

// In order of time; those of one time stay as they are.
void put_in_order(std::vector<history::Bucket>& buckets);

// Merges neighbours of the same step, and gives them its start. In order of time.
void merge_to_steps(std::vector<history::Bucket>& buckets, Steps& steps);

}  // namespace isotherm::query
