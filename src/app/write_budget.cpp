#include "app/write_budget.hpp"

#include <algorithm>
#include <chrono>

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;

// Acts before the budget is passed, and goes back only where there is room to spare, so that it
// does not swing between two intervals.
constexpr double kTooNear = 0.9;
constexpr double kRoomy = 0.4;

}  // namespace

WriteBudget::WriteBudget(std::uint64_t bytes_a_day, core::Nanoseconds configured,
                         core::Nanoseconds widest)
    : budget_(bytes_a_day),
      configured_(configured),
      widest_(std::max(configured, widest)),
      interval_(configured) {}

std::optional<BudgetStep> WriteBudget::observe(core::MonotonicTime now, std::uint64_t written) {
  if (!stretch_from_) {
    stretch_from_ = now;
    written_before_ = written;
    return std::nullopt;
  }
  // A stretch has to hold some flushes, or it would be judged by one more or less of them.
  const core::Nanoseconds length = now - *stretch_from_;
  if (length < std::max(kStretch, 3 * interval_)) {
    return std::nullopt;
  }
  const double days = std::chrono::duration<double>(length) / std::chrono::hours{24};
  const double pace = static_cast<double>(written - written_before_) / days;
  stretch_from_ = now;
  written_before_ = written;

  const auto budget = static_cast<double>(budget_);
  const core::Nanoseconds before = interval_;
  const bool was_beyond = beyond_;
  if (pace > kTooNear * budget) {
    beyond_ = interval_ == widest_ && pace > budget;
    interval_ = std::min(2 * interval_, widest_);
  } else {
    beyond_ = false;
    if (pace < kRoomy * budget) {
      interval_ = std::max(interval_ / 2, configured_);
    }
  }
  if (interval_ == before && (!beyond_ || was_beyond)) {
    return std::nullopt;
  }
  return BudgetStep{interval_, static_cast<std::uint64_t>(pace), beyond_};
}

}  // namespace isotherm::app
