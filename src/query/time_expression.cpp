#include "query/time_expression.hpp"

#include <array>
#include <cmath>
#include <cstdint>

#include "core/local_time.hpp"
#include "query/scanner.hpp"

namespace isotherm::query {
namespace {

using core::LocalTime;
using core::Nanoseconds;
using core::WallTime;

constexpr std::string_view kSpans = "a time is a number and a unit: 90s, 10m, 2h, 7d, 2w or 1h30m";
constexpr std::string_view kMoments =
    "write 2026-11-22, \"2026-11-22 14:00\" or 14:00 (local time), 2026-11-22T13:00Z or "
    "\"2026-11-22 14:00+01:00\", \"2h ago\" or -2h, now, today or yesterday";
constexpr std::size_t kTextLimit = 64;
constexpr double kSpanMax = 100.0 * 365.25 * 86400e9;  // ns

struct SpanUnit {
  std::string_view word;
  double nanoseconds;
};
constexpr std::array kSpanUnits{
    SpanUnit{"ms", 1e6},         SpanUnit{"s", 1e9},        SpanUnit{"sec", 1e9},
    SpanUnit{"m", 60e9},         SpanUnit{"min", 60e9},     SpanUnit{"h", 3600e9},
    SpanUnit{"d", 86'400e9},     SpanUnit{"day", 86'400e9}, SpanUnit{"days", 86'400e9},
    SpanUnit{"w", 7 * 86'400e9},
};

std::string quoted(std::string_view text) {
  return '"' + std::string(text.substr(0, kTextLimit)) + '"';
}

double fraction_of(std::string_view digits) {
  double value = 0;
  double place = 1;
  for (const char c : digits) {
    place /= 10;
    value += place * (c - '0');
  }
  return value;
}

double whole_of(std::string_view digits) {
  double value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  return value;
}

struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanoseconds = 0;
};

// "14:00", "14:00:05", "14:00:05.25"
std::optional<Clock> take_clock(Scanner& scanner) {
  Clock clock;
  const auto hour = scanner.number(1, 2);
  if (!hour || !scanner.take(':')) {
    return std::nullopt;
  }
  const auto minute = scanner.number(2, 2);
  if (!minute) {
    return std::nullopt;
  }
  clock.hour = *hour;
  clock.minute = *minute;
  if (scanner.take(':')) {
    const auto second = scanner.number(2, 2);
    if (!second) {
      return std::nullopt;
    }
    clock.second = *second;
    if (scanner.take('.')) {
      const std::string_view digits = scanner.digits();
      if (digits.empty()) {
        return std::nullopt;
      }
      clock.nanoseconds = static_cast<int>(std::lround(fraction_of(digits.substr(0, 9)) * 1e9));
    }
  }
  return clock;
}

std::optional<LocalTime> take_date(Scanner& scanner) {
  LocalTime date;
  const auto year = scanner.number(4, 4);
  if (!year || !scanner.take('-')) {
    return std::nullopt;
  }
  const auto month = scanner.number(2, 2);
  if (!month || !scanner.take('-')) {
    return std::nullopt;
  }
  const auto day = scanner.number(2, 2);
  if (!day) {
    return std::nullopt;
  }
  date.year = *year;
  date.month = *month;
  date.day = *day;
  return date;
}

// "Z", "UTC", "+01:00", "-0330": the seconds that its clock is ahead of UTC.
std::optional<int> take_offset(Scanner& scanner) {
  if (scanner.take('Z') || scanner.take('z') || scanner.take_word("UTC")) {
    return 0;
  }
  const bool west = scanner.rest().starts_with('-');
  if (!west && !scanner.rest().starts_with('+')) {
    return std::nullopt;
  }
  static_cast<void>(scanner.take(west ? '-' : '+'));
  const std::string_view rest = scanner.rest();
  const bool colon = rest.size() > 2 && rest[2] == ':';
  int hours = 0;
  int minutes = 0;
  if (colon) {
    const auto first = scanner.number(2, 2);
    static_cast<void>(scanner.take(':'));
    const auto second = scanner.number(2, 2);
    if (!first || !second) {
      return std::nullopt;
    }
    hours = *first;
    minutes = *second;
  } else {
    const auto both = scanner.number(4, 4);
    if (!both) {
      return std::nullopt;
    }
    hours = *both / 100;
    minutes = *both % 100;
  }
  if (hours > 14 || minutes > 59) {
    return std::nullopt;
  }
  const int size = (hours * 60 + minutes) * 60;
  return west ? -size : size;
}

Understood<WallTime> not_understood(std::string_view text) {
  return {std::nullopt, quoted(text) + " is no time", std::string(kMoments)};
}

Understood<WallTime> not_in_calendar(std::string_view text) {
  return {std::nullopt, quoted(text) + " is in no calendar, or outside the years 1678 to 2261",
          std::string(kMoments)};
}

LocalTime with_clock(LocalTime date, const Clock& clock) {
  date.hour = clock.hour;
  date.minute = clock.minute;
  date.second = clock.second;
  date.nanoseconds = clock.nanoseconds;
  return date;
}

bool is_in_calendar(const LocalTime& local) {
  const std::chrono::year_month_day date{std::chrono::year{local.year},
                                         std::chrono::month{static_cast<unsigned>(local.month)},
                                         std::chrono::day{static_cast<unsigned>(local.day)}};
  return date.ok() && local.year >= 1678 && local.year <= 2261 && local.hour < 24 &&
         local.minute < 60 && local.second < 60;
}

WallTime at_offset(const LocalTime& local, int offset_s) {
  const std::chrono::sys_days day{std::chrono::year_month_day{
      std::chrono::year{local.year}, std::chrono::month{static_cast<unsigned>(local.month)},
      std::chrono::day{static_cast<unsigned>(local.day)}}};
  return WallTime{day} + std::chrono::hours{local.hour} + std::chrono::minutes{local.minute} +
         std::chrono::seconds{local.second} + Nanoseconds{local.nanoseconds} -
         std::chrono::seconds{offset_s};
}

// A date and a clock of this time zone.
Understood<WallTime> in_this_zone(const LocalTime& local, std::string_view text) {
  if (!is_in_calendar(local)) {
    return not_in_calendar(text);
  }
  if (const auto time = core::wall_time(local)) {
    return {time, {}, {}};
  }
  return {std::nullopt,
          quoted(text) + " is left out in this time zone: daylight saving begins there",
          "write the time an hour later, or in UTC with a Z behind it"};
}

LocalTime date_of(WallTime now, int days_back) {
  const LocalTime local = core::local_time(now);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::year_month_day{
          std::chrono::year{local.year}, std::chrono::month{static_cast<unsigned>(local.month)},
          std::chrono::day{static_cast<unsigned>(local.day)}}} -
      std::chrono::days{days_back}};
  LocalTime wanted;
  wanted.year = static_cast<int>(date.year());
  wanted.month = static_cast<int>(static_cast<unsigned>(date.month()));
  wanted.day = static_cast<int>(static_cast<unsigned>(date.day()));
  return wanted;
}

// What may stand behind a date: nothing, a clock, a clock with an offset.
Understood<WallTime> behind_date(Scanner& scanner, const LocalTime& date, std::string_view text) {
  if (!is_in_calendar(date)) {
    return not_in_calendar(text);
  }
  scanner.skip_space();
  if (scanner.at_end()) {
    const auto begin = core::day_begin(date);
    return begin ? Understood<WallTime>{begin, {}, {}} : not_in_calendar(text);
  }
  static_cast<void>(scanner.take('T') || scanner.take('t'));
  const auto clock = take_clock(scanner);
  if (!clock) {
    return not_understood(text);
  }
  const LocalTime local = with_clock(date, *clock);
  scanner.skip_space();
  if (scanner.at_end()) {
    return in_this_zone(local, text);
  }
  const auto offset = take_offset(scanner);
  scanner.skip_space();
  if (!offset || !scanner.at_end()) {
    return not_understood(text);
  }
  return is_in_calendar(local) ? Understood<WallTime>{at_offset(local, *offset), {}, {}}
                               : not_in_calendar(text);
}

Understood<WallTime> before_now(std::string_view span, WallTime now) {
  const auto back = parse_span(span);
  if (!back.ok()) {
    return {std::nullopt, back.problem, back.mend};
  }
  return {now - *back.value, {}, {}};
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  return from == std::string_view::npos
             ? std::string_view()
             : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

Understood<WallTime> since_1970(Scanner& scanner, std::string_view text) {
  const std::string_view digits = scanner.digits();
  if (digits.empty() || digits.size() > 10 || !scanner.at_end()) {
    return not_understood(text);
  }
  const auto count = static_cast<std::int64_t>(whole_of(digits));
  return count > 9'000'000'000
             ? not_in_calendar(text)
             : Understood<WallTime>{WallTime{std::chrono::seconds{count}}, {}, {}};
}

}  // namespace

Understood<Nanoseconds> parse_span(std::string_view text) {
  const auto refused = [&](const std::string& why) {
    return Understood<Nanoseconds>{std::nullopt, quoted(text) + why, std::string(kSpans)};
  };
  Scanner scanner(trimmed(text));
  if (scanner.at_end() || text.size() > kTextLimit) {
    return refused(" is no span of time");
  }
  double sum = 0;
  while (!scanner.at_end()) {
    const std::string_view whole = scanner.digits();
    if (whole.empty()) {
      return refused(" is no span of time");
    }
    double value = whole_of(whole);
    if (scanner.take('.')) {
      value += fraction_of(scanner.digits());
    }
    scanner.skip_space();
    const std::string_view word = scanner.letters();
    if (word.empty()) {
      return refused(" has no unit");
    }
    double factor = 0;
    for (const SpanUnit& unit : kSpanUnits) {
      factor = unit.word == word ? unit.nanoseconds : factor;
    }
    if (factor <= 0) {
      return refused(" has an unknown unit " + quoted(word));
    }
    sum += value * factor;
    scanner.skip_space();
  }
  if (sum < 1 || sum > kSpanMax) {
    return refused(" is not above 0 and at most 100 years");
  }
  return {Nanoseconds{std::llround(sum)}, {}, {}};
}

Understood<WallTime> parse_moment(std::string_view text, WallTime now) {
  const std::string_view written = trimmed(text);
  if (written.empty() || written.size() > kTextLimit) {
    return not_understood(written);
  }
  if (written.ends_with(" ago")) {
    return before_now(written.substr(0, written.size() - 4), now);
  }
  Scanner scanner(written);
  if (scanner.take('-')) {
    return before_now(scanner.rest(), now);
  }
  if (scanner.take('@')) {
    return since_1970(scanner, written);
  }
  if (scanner.take_word("now")) {
    return scanner.at_end() ? Understood<WallTime>{now, {}, {}} : not_understood(written);
  }
  if (scanner.take_word("today")) {
    return behind_date(scanner, date_of(now, 0), written);
  }
  if (scanner.take_word("yesterday")) {
    return behind_date(scanner, date_of(now, 1), written);
  }
  Scanner ahead = scanner;
  if (const auto date = take_date(ahead)) {
    return behind_date(ahead, *date, written);
  }
  const std::string_view hour = written.substr(0, 3);  // with the colon behind it
  return hour.find(':') != std::string_view::npos ? behind_date(scanner, date_of(now, 0), written)
                                                  : not_understood(written);
}

}  // namespace isotherm::query
