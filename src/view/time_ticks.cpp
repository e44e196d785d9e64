#include "view/time_ticks.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace isotherm::view {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

enum class TickUnit : std::uint8_t { Millisecond, Second, Minute, Day, Month, Year };

struct TickSpacing {
  TickUnit unit;
  std::int64_t count;
  core::Nanoseconds length;  // months and years: about
};

constexpr days kMonth{30};
constexpr days kYear{365};
constexpr std::size_t kBetween = 2;  // columns, at least, between two texts
// Every zone is a multiple of this away from UTC, since the last local times went.
constexpr minutes kQuarter{15};
constexpr std::int64_t kSecondsOfDay = 86400;

std::vector<TickSpacing> all_spacings() {
  std::vector<TickSpacing> all;
  for (const int n : {1, 2, 5, 10, 20, 50, 100, 200, 500}) {
    all.push_back({TickUnit::Millisecond, n, milliseconds{n}});
  }
  for (const int n : {1, 2, 5, 10, 15, 30}) {
    all.push_back({TickUnit::Second, n, seconds{n}});
  }
  for (const int n : {1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720}) {
    all.push_back({TickUnit::Minute, n, minutes{n}});
  }
  for (const int n : {1, 2, 7, 14}) {
    all.push_back({TickUnit::Day, n, days{n}});
  }
  for (const int n : {1, 2, 3, 6}) {
    all.push_back({TickUnit::Month, n, n * kMonth});
  }
  for (const int n : {1, 2, 5, 10, 20, 50, 100}) {
    all.push_back({TickUnit::Year, n, n * kYear});
  }
  return all;
}

std::size_t text_columns(TickUnit unit) {
  constexpr std::array<std::size_t, 6> kColumns = {6, 8, 5, 5, 7, 4};
  return kColumns.at(static_cast<std::size_t>(unit));
}

TickSpacing spacing_for(core::Nanoseconds range, std::size_t columns) {
  const std::vector<TickSpacing> all = all_spacings();
  for (const TickSpacing& spacing : all) {
    const std::size_t needed = text_columns(spacing.unit) + kBetween;
    const std::int64_t most = static_cast<std::int64_t>(columns / needed);
    if (range / spacing.length <= most) {
      return spacing;
    }
  }
  return all.back();
}

std::string tick_text(const CalendarTime& time, TickUnit unit) {
  const std::string text = date_and_time(time);
  switch (unit) {
    case TickUnit::Millisecond: {
      const std::string thousandths = std::to_string(1000 + time.millisecond);
      return text.substr(17, 2) + "." + thousandths.substr(1);
    }
    case TickUnit::Second:
      return text.substr(11, 8);
    case TickUnit::Minute:
      return time.second_of_day() == 0 ? text.substr(5, 5) : text.substr(11, 5);
    case TickUnit::Day:
      return text.substr(5, 5);
    case TickUnit::Month:
      return text.substr(0, 7);
    case TickUnit::Year:
      return text.substr(0, 4);
  }
  return text;
}

// The multiple of `step` since the epoch at or after `time`.
core::WallTime aligned(core::WallTime time, core::Nanoseconds step) {
  const core::Nanoseconds since = time.time_since_epoch();
  const core::Nanoseconds over = (since % step + step) % step;
  return over.count() == 0 ? time : time + (step - over);
}

// The midnight nearest to `time`; on a day without one, the first moment after it, or close to it.
core::WallTime nearest_midnight(core::WallTime time, Zone zone) {
  const auto whole = std::chrono::floor<seconds>(time);
  const std::int64_t second = calendar_time(whole, zone).second_of_day();
  return second * 2 > kSecondsOfDay ? whole + seconds{kSecondsOfDay - second}
                                    : whole - seconds{second};
}

bool is_month_of(const CalendarTime& time, const TickSpacing& spacing) {
  const std::int64_t months = spacing.unit == TickUnit::Year ? spacing.count * 12 : spacing.count;
  return time.day == 1 && (std::int64_t{time.year} * 12 + time.month - 1) % months == 0;
}

bool is_day_of(core::WallTime midnight, const TickSpacing& spacing, Zone zone) {
  const CalendarTime time = calendar_time(midnight, zone);
  if (spacing.unit != TickUnit::Day) {
    return is_month_of(time, spacing);
  }
  const std::chrono::year_month_day date{std::chrono::year{time.year},
                                         std::chrono::month{static_cast<unsigned>(time.month)},
                                         std::chrono::day{static_cast<unsigned>(time.day)}};
  // 1970-01-01 was a Thursday: weeks begin on Monday.
  constexpr int kThursday = 3;
  return (std::chrono::sys_days{date}.time_since_epoch().count() + kThursday) % spacing.count == 0;
}

std::vector<TimeTick> day_ticks(core::WallTime from, core::WallTime to, const TickSpacing& spacing,
                                Zone zone) {
  std::vector<TimeTick> ticks;
  // From the midnight before; a day has 23 to 25 hours, so half of one more is in the next one.
  for (core::WallTime midnight = nearest_midnight(from - hours{12}, zone); midnight < to;
       midnight = nearest_midnight(midnight + hours{24}, zone)) {
    if (midnight >= from && is_day_of(midnight, spacing, zone)) {
      ticks.push_back({midnight, tick_text(calendar_time(midnight, zone), spacing.unit)});
    }
  }
  return ticks;
}

std::vector<TimeTick> clock_ticks(core::WallTime from, core::WallTime to,
                                  const TickSpacing& spacing, Zone zone) {
  std::vector<TimeTick> ticks;
  const core::Nanoseconds step = std::min<core::Nanoseconds>(spacing.length, kQuarter);
  const std::int64_t period = std::chrono::duration_cast<seconds>(spacing.length).count();
  for (core::WallTime time = aligned(from, step); time < to; time += step) {
    const CalendarTime calendar = calendar_time(time, zone);
    if (period <= 1 || calendar.second_of_day() % period == 0) {
      ticks.push_back({time, tick_text(calendar, spacing.unit)});
    }
  }
  return ticks;
}

}  // namespace

std::vector<TimeTick> time_ticks(core::WallTime from, core::WallTime to, std::size_t columns,
                                 Zone zone) {
  if (to <= from) {
    return {};
  }
  const TickSpacing spacing = spacing_for(to - from, columns);
  return spacing.unit < TickUnit::Day ? clock_ticks(from, to, spacing, zone)
                                      : day_ticks(from, to, spacing, zone);
}

}  // namespace isotherm::view
