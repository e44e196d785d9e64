#include "query/steps.hpp"

#include <algorithm>

#include "core/local_time.hpp"
#include "core/setup_error.hpp"

namespace isotherm::query {
namespace {

using core::LocalTime;
using core::Nanoseconds;
using core::WallTime;
using std::chrono::days;
using std::chrono::sys_days;

constexpr Nanoseconds kDay = days{1};
constexpr Nanoseconds kHour = std::chrono::hours{1};
constexpr Nanoseconds kMinute = std::chrono::minutes{1};
// No zone changes its offset for less than some weeks.
constexpr Nanoseconds kOffsetLook = days{14};
// 1970-01-05, so that weeks begin on Monday, ISO 8601.
constexpr std::int64_t kMonday = 4;

std::int64_t floor_to_multiple(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

LocalTime date_of(sys_days day) {
  const std::chrono::year_month_day date{day};
  LocalTime local;
  local.year = static_cast<int>(date.year());
  local.month = static_cast<int>(static_cast<unsigned>(date.month()));
  local.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return local;
}

sys_days day_of(WallTime time, bool utc) {
  if (utc) {
    return std::chrono::floor<days>(time);
  }
  return std::chrono::floor<days>(time + std::chrono::seconds{core::local_time(time).utc_offset_s});
}

WallTime midnight(sys_days day, bool utc) {
  const WallTime of_utc{day};
  return utc ? of_utc : core::day_begin(date_of(day)).value_or(of_utc);
}

}  // namespace

Steps::Steps(Nanoseconds step, bool utc) : step_(step), utc_(utc) {
  if (step > kDay && step % kDay != Nanoseconds{0}) {
    throw core::SetupError(core::ExitCode::Usage,
                           "a step of more than a day is no whole number of days", "--every",
                           "write for example 1d, 2d or 1w");
  }
}

void Steps::look_up(WallTime time) {
  if (time >= from_ && time < to_) {
    return;
  }
  const sys_days day = day_of(time, utc_);
  if (step_ <= kDay) {
    from_ = midnight(day, utc_);
    to_ = midnight(day + days{1}, utc_);
    return;
  }
  const std::int64_t count = step_ / kDay;
  const sys_days first{
      days{floor_to_multiple(day.time_since_epoch().count() - kMonday, count) + kMonday}};
  from_ = midnight(first, utc_);
  to_ = midnight(first + days{count}, utc_);
}

WallTime Steps::start_of(WallTime time) {
  if (!merging()) {
    return time;
  }
  if (step_ < kDay && kDay % step_ != Nanoseconds{0}) {
    return WallTime{Nanoseconds{floor_to_multiple(time.time_since_epoch().count(), step_.count())}};
  }
  look_up(time);
  return step_ < kDay ? from_ + (time - from_) / step_ * step_ : from_;
}

WallTime Steps::end_of(WallTime time) {
  if (!merging()) {
    return time;
  }
  const WallTime end = start_of(time) + step_;
  if (step_ < kDay && kDay % step_ != Nanoseconds{0}) {
    return end;
  }
  return step_ < kDay ? std::min(end, to_) : to_;
}

history::TimeRange Steps::whole(const history::TimeRange& range) {
  if (!merging()) {
    return range;
  }
  const WallTime from = start_of(range.from);
  const WallTime last = start_of(range.to);
  return {from, last == range.to ? last : end_of(range.to)};
}

history::Tier Steps::tier(const history::TimeRange& range) const {
  const auto offset_is_whole = [&](Nanoseconds unit) {
    const auto is_whole = [&](WallTime time) {
      return Nanoseconds{std::chrono::seconds{core::local_time(time).utc_offset_s}} % unit ==
             Nanoseconds{0};
    };
    if (utc_ || !is_whole(range.to)) {
      return utc_;
    }
    // Also between: half an hour of daylight saving is gone again at both ends of a year.
    bool whole = true;
    for (WallTime time = range.from; whole && time < range.to; time += kOffsetLook) {
      whole = is_whole(time);
    }
    return whole;
  };
  if (merging() && step_ % kHour == Nanoseconds{0} && offset_is_whole(kHour)) {
    return history::Tier::Hours;
  }
  return merging() && step_ % kMinute == Nanoseconds{0} && offset_is_whole(kMinute)
             ? history::Tier::Minutes
             : history::Tier::Windows;
}

void put_in_order(std::vector<history::Bucket>& buckets) {
  const auto earlier = [](const auto& a, const auto& b) { return a.time < b.time; };
  if (!std::is_sorted(buckets.begin(), buckets.end(), earlier)) {
    std::stable_sort(buckets.begin(), buckets.end(), earlier);
  }
}

void merge_to_steps(std::vector<history::Bucket>& buckets, Steps& steps) {
  if (!steps.merging()) {
    return;
  }
  std::size_t kept = 0;
  for (history::Bucket& bucket : buckets) {
    const WallTime start = steps.start_of(bucket.time);
    if (kept > 0 && buckets[kept - 1].time == start) {
      history::merge_into(buckets[kept - 1], bucket);
      continue;
    }
    history::move_start(bucket, start);
    buckets[kept++] = bucket;
  }
  buckets.resize(kept);
}

}  // namespace isotherm::query
