// Wall time as the clock on the wall shows it: the time zone of $TZ or, without it, /etc/localtime
// (tzset(3)), daylight saving included. Housekeeping only; any thread, as long as none changes $TZ.
#pragma once

#include <optional>
#include <string>

#include "core/time.hpp"

namespace isotherm::core {

struct LocalTime {
  int year = 1970;  // by the Gregorian calendar
  int month = 1;    // 1 to 12
  int day = 1;      // 1 to 31
  int hour = 0;     // 0 to 23
  int minute = 0;
  int second = 0;  // 0 to 59: a leap second is not told apart, time_t(3type)
  int nanoseconds = 0;
  int utc_offset_s = 0;   // local time minus UTC
  std::string zone = {};  // "CET"
};

[[nodiscard]] LocalTime local_time(WallTime time);

// When the clock shows these; `utc_offset_s` and `zone` are not looked at. Of the hour that comes
// twice when daylight saving ends the first one is meant. Nothing for what the clock never shows:
// the hour that is left out when daylight saving begins, the 30th of February, years outside 1678
// to 2261 (the range of WallTime).
[[nodiscard]] std::optional<WallTime> wall_time(const LocalTime& local);

// The first moment of a day: midnight, or where daylight saving begins at midnight, what comes
// after it. Only year, month and day are looked at. Nothing for a day that is in no calendar.
[[nodiscard]] std::optional<WallTime> day_begin(const LocalTime& local);

// "2026-11-22 14:03:05" (rounded down), with its offset "2026-11-22 14:03:05+01:00".
[[nodiscard]] std::string local_time_text(WallTime time, bool with_offset = false);

// The same in UTC: "2026-11-22 13:03:05Z".
[[nodiscard]] std::string utc_time_text(WallTime time);

}  // namespace isotherm::core
