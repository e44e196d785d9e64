#include "view/calendar.hpp"

#include <chrono>

namespace isotherm::view {
namespace {

constexpr int kNanosecondsOfMillisecond = 1'000'000;

std::string padded(int value, std::size_t digits) {
  const std::string text = std::to_string(value);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string date_text(const core::LocalTime& time) {
  return padded(time.year, 4) + "-" + padded(time.month, 2) + "-" + padded(time.day, 2);
}

std::string time_text(const core::LocalTime& time) {
  return padded(time.hour, 2) + ":" + padded(time.minute, 2) + ":" + padded(time.second, 2);
}

core::LocalTime utc_time(core::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<core::Nanoseconds> clock{time - day};
  return {.year = int{date.year()},
          .month = static_cast<int>(unsigned{date.month()}),
          .day = static_cast<int>(unsigned{date.day()}),
          .hour = static_cast<int>(clock.hours().count()),
          .minute = static_cast<int>(clock.minutes().count()),
          .second = static_cast<int>(clock.seconds().count()),
          .nanoseconds = static_cast<int>(clock.subseconds().count()),
          .utc_offset_s = 0,
          .zone = "UTC"};
}

}  // namespace

core::LocalTime calendar_time(core::WallTime time, Zone zone) {
  return zone == Zone::Utc ? utc_time(time) : core::local_time(time);
}

std::int64_t second_of_day(const core::LocalTime& time) noexcept {
  return (std::int64_t{time.hour} * 60 + time.minute) * 60 + time.second;
}

std::string date_and_time(const core::LocalTime& time) {
  return date_text(time) + " " + time_text(time);
}

std::string iso_utc(core::WallTime time) {
  const core::LocalTime utc = utc_time(time);
  return date_text(utc) + "T" + time_text(utc) + "." +
         padded(utc.nanoseconds / kNanosecondsOfMillisecond, 3) + "Z";
}

}  // namespace isotherm::view
