// Wall times as people read them: in the time zone of the process (TZ, /etc/localtime) or in UTC.
// Internal to view/.
#pragma once

#include <cstdint>
#include <string>

#include "core/time.hpp"

namespace isotherm::view {

enum class Zone : std::uint8_t { Local, Utc };

struct CalendarTime {
  int year = 0;
  int month = 0;  // 1 to 12
  int day = 0;    // 1 to 31
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  std::string zone;  // "CET", "UTC"

  [[nodiscard]] std::int64_t second_of_day() const noexcept {
    return (std::int64_t{hour} * 60 + minute) * 60 + second;
  }
};

[[nodiscard]] CalendarTime calendar_time(core::WallTime time, Zone zone);

// "2026-03-29 14:05:00"
[[nodiscard]] std::string date_and_time(const CalendarTime& time);

// "1970-01-01T00:00:00.000Z", whatever the zone.
[[nodiscard]] std::string iso_utc(core::WallTime time);

}  // namespace isotherm::view
