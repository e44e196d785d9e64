#include "core/local_time.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace isotherm::core {
namespace {

using std::chrono::floor;
using std::chrono::seconds;
using SysSeconds = std::chrono::sys_seconds;

constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;
constexpr int kSecondsAnHour = 3600;
constexpr int kSecondsAMinute = 60;

// Fields of tm count years from 1900 and months from 0, tm(3type).
constexpr int kTmYear = 1900;

std::tm fields_of(SysSeconds time) {
  const std::time_t count = time.time_since_epoch().count();
  std::tm fields{};
  // localtime_r need not read $TZ itself, localtime(3).
  static const bool zone_is_read = [] {
    tzset();
    return true;
  }();
  static_cast<void>(zone_is_read);
  localtime_r(&count, &fields);
  return fields;
}

seconds offset_at(SysSeconds time) { return seconds{fields_of(time).tm_gmtoff}; }

bool is_in_calendar(const LocalTime& local) {
  const std::chrono::year_month_day date{std::chrono::year{local.year},
                                         std::chrono::month{static_cast<unsigned>(local.month)},
                                         std::chrono::day{static_cast<unsigned>(local.day)}};
  const auto within = [](int value, int end) { return value >= 0 && value < end; };
  return date.ok() && local.year >= kFirstYear && local.year <= kLastYear &&
         within(local.hour, 24) && within(local.minute, 60) && within(local.second, 60) &&
         within(local.nanoseconds, std::nano::den);
}

std::string date_and_clock(const std::chrono::year_month_day& date,
                           const std::chrono::hh_mm_ss<seconds>& clock) {
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string text_of_fields(SysSeconds shown) {
  const auto day = floor<std::chrono::days>(shown);
  return date_and_clock(std::chrono::year_month_day{day}, std::chrono::hh_mm_ss{shown - day});
}

}  // namespace

LocalTime local_time(WallTime time) {
  const SysSeconds whole = floor<seconds>(time);
  const std::tm fields = fields_of(whole);
  LocalTime local;
  local.year = fields.tm_year + kTmYear;
  local.month = fields.tm_mon + 1;
  local.day = fields.tm_mday;
  local.hour = fields.tm_hour;
  local.minute = fields.tm_min;
  local.second = fields.tm_sec;
  local.nanoseconds = static_cast<int>((time - whole).count());
  local.utc_offset_s = static_cast<int>(fields.tm_gmtoff);
  local.zone = fields.tm_zone != nullptr ? fields.tm_zone : "";
  return local;
}

// Not mktime(3): which of two it takes, and where it moves what is left out, differs from C library
// to C library. The offset is one of those a day before and a day after; a zone that changes twice
// within two days is not known.
std::optional<WallTime> wall_time(const LocalTime& local) {
  if (!is_in_calendar(local)) {
    return std::nullopt;
  }
  const std::chrono::sys_days day{std::chrono::year_month_day{
      std::chrono::year{local.year}, std::chrono::month{static_cast<unsigned>(local.month)},
      std::chrono::day{static_cast<unsigned>(local.day)}}};
  const SysSeconds shown = day + std::chrono::hours{local.hour} +
                           std::chrono::minutes{local.minute} + seconds{local.second};
  std::optional<SysSeconds> first;
  for (const SysSeconds near : {shown - std::chrono::days{1}, shown + std::chrono::days{1}}) {
    const SysSeconds candidate = shown - offset_at(near);
    const bool shows_it = candidate + offset_at(candidate) == shown;
    if (shows_it && (!first || candidate < *first)) {
      first = candidate;
    }
  }
  if (!first) {
    return std::nullopt;
  }
  return WallTime{*first} + Nanoseconds{local.nanoseconds};
}

std::optional<WallTime> day_begin(const LocalTime& local) {
  LocalTime first = local;
  first.second = 0;
  first.nanoseconds = 0;
  // Daylight saving has never left out more than three hours, and always whole minutes.
  for (int minute = 0; minute <= 3 * kSecondsAMinute; ++minute) {
    first.hour = minute / kSecondsAMinute;
    first.minute = minute % kSecondsAMinute;
    if (const auto time = wall_time(first)) {
      return time;
    }
  }
  return std::nullopt;
}

std::string local_time_text(WallTime time, bool with_offset) {
  const SysSeconds whole = floor<seconds>(time);
  const seconds offset = offset_at(whole);
  std::string text = text_of_fields(whole + offset);
  if (with_offset) {
    const int size = std::abs(static_cast<int>(offset.count()));
    std::array<char, 32> suffix{};
    const int length =
        std::snprintf(suffix.data(), suffix.size(), "%c%02d:%02d", offset < seconds{0} ? '-' : '+',
                      size / kSecondsAnHour, size % kSecondsAnHour / kSecondsAMinute);
    text.append(suffix.data(), static_cast<std::size_t>(length));
  }
  return text;
}

std::string utc_time_text(WallTime time) { return text_of_fields(floor<seconds>(time)) + "Z"; }

}  // namespace isotherm::core
