#include "view/time_ticks.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

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

std::string tick_text(const core::LocalTime& time, TickUnit unit) {
  std::string text = date_and_time(time);
  switch (unit) {
    case TickUnit::Millisecond: {
      const std::string thousandths = std::to_string(1000 + time.nanoseconds / 1'000'000);
      return text.substr(17, 2) + "." + thousandths.substr(1);
    }
    case TickUnit::Second:
      return text.substr(11, 8);
    case TickUnit::Minute:
      return second_of_day(time) == 0 ? text.substr(5, 5) : text.substr(11, 5);
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

bool is_day_of(std::chrono::sys_days day, const TickSpacing& spacing) {
  if (spacing.unit == TickUnit::Day) {
    // 1970-01-01 was a Thursday: weeks begin on Monday.
    constexpr int kThursday = 3;
    return (day.time_since_epoch().count() + kThursday) % spacing.count == 0;
  }
  const std::chrono::year_month_day date{day};
  const std::int64_t months = spacing.unit == TickUnit::Year ? spacing.count * 12 : spacing.count;
  const std::int64_t month =
      std::int64_t{int{date.year()}} * 12 + static_cast<int>(unsigned{date.month()}) - 1;
  return unsigned{date.day()} == 1 && month % months == 0;
}

// Its first moment in the zone; nothing outside the calendar.
std::optional<core::WallTime> begin_of(std::chrono::sys_days day, Zone zone) {
  if (zone == Zone::Utc) {
    return core::WallTime{day};
  }
  const std::chrono::year_month_day date{day};
  return core::day_begin({.year = int{date.year()},
                          .month = static_cast<int>(unsigned{date.month()}),
                          .day = static_cast<int>(unsigned{date.day()})});
}

std::vector<TimeTick> day_ticks(core::WallTime from, core::WallTime to, const TickSpacing& spacing,
                                Zone zone) {
  std::vector<TimeTick> ticks;
  // No zone is further than a day away from UTC.
  const auto last = std::chrono::floor<days>(to) + days{1};
  for (auto day = std::chrono::floor<days>(from) - days{1}; day <= last; day += days{1}) {
    const auto begin = is_day_of(day, spacing) ? begin_of(day, zone) : std::nullopt;
    if (begin && *begin >= from && *begin < to) {
      ticks.push_back({*begin, tick_text(calendar_time(*begin, zone), spacing.unit)});
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
    const core::LocalTime calendar = calendar_time(time, zone);
    if (period <= 1 || second_of_day(calendar) % period == 0) {
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
