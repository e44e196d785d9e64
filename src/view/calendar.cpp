#include "view/calendar.hpp"

#include <array>
#include <chrono>
#include <ctime>

namespace isotherm::view {
namespace {

std::string padded(int value, std::size_t digits) {
  std::string text = std::to_string(value);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string date_text(const CalendarTime& time) {
  return padded(time.year, 4) + "-" + padded(time.month, 2) + "-" + padded(time.day, 2);
}

std::string time_text(const CalendarTime& time) {
  return padded(time.hour, 2) + ":" + padded(time.minute, 2) + ":" + padded(time.second, 2);
}

}  // namespace

CalendarTime calendar_time(core::WallTime time, Zone zone) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t since_epoch = seconds.time_since_epoch().count();
  std::tm fields{};
  if (zone == Zone::Utc) {
    gmtime_r(&since_epoch, &fields);
  } else {
    localtime_r(&since_epoch, &fields);
  }
  std::array<char, 32> name{};
  const std::size_t length = std::strftime(name.data(), name.size(), "%Z", &fields);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds);
  return {.year = fields.tm_year + 1900,
          .month = fields.tm_mon + 1,
          .day = fields.tm_mday,
          .hour = fields.tm_hour,
          .minute = fields.tm_min,
          .second = fields.tm_sec,
          .millisecond = static_cast<int>(rest.count()),
          .zone = zone == Zone::Utc ? "UTC" : std::string{name.data(), length}};
}

std::string date_and_time(const CalendarTime& time) {
  return date_text(time) + " " + time_text(time);
}

std::string iso_utc(core::WallTime time) {
  const CalendarTime utc = calendar_time(time, Zone::Utc);
  return date_text(utc) + "T" + time_text(utc) + "." + padded(utc.millisecond, 3) + "Z";
}

}  // namespace isotherm::view
