// Keeps what a station writes a day below a budget, for a card that wears out: looks at how much
// was written in the last stretch, and widens the history's flush interval where a day like that
// would pass the budget, since a flush writes whole pages. The rows of the log are what they are:
// where even the widest interval is not enough, that is told. Pure; housekeeping, one thread.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.hpp"

namespace isotherm::app {

struct BudgetStep {
  core::Nanoseconds flush_interval{0};  // from now on
  std::uint64_t bytes_a_day = 0;        // at the pace of the last stretch
  bool beyond = false;                  // the interval is as wide as it gets, and it is too much
};

class WriteBudget {
 public:
  // Long enough for several flushes of the default interval.
  static constexpr core::Nanoseconds kStretch = std::chrono::minutes{10};

  // `bytes_a_day` > 0. The interval is never below `configured`, and beyond it never above
  // `widest`, from which on a wider one changes nothing.
  WriteBudget(std::uint64_t bytes_a_day, core::Nanoseconds configured, core::Nanoseconds widest);

  // `written`: by all files since the start. Something to do or to say, once a stretch at most;
  // what is beyond the budget is said when it begins to be.
  [[nodiscard]] std::optional<BudgetStep> observe(core::MonotonicTime now, std::uint64_t written);

 private:
  std::uint64_t budget_;
  core::Nanoseconds configured_;
  core::Nanoseconds widest_;
  core::Nanoseconds interval_;
  std::optional<core::MonotonicTime> stretch_from_;
  std::uint64_t written_before_ = 0;
  bool beyond_ = false;
};

}  // namespace isotherm::app
