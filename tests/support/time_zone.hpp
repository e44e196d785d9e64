// A time zone for the length of a test.
#pragma once

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace isotherm {

class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    if (const char* before = std::getenv("TZ")) {
      before_ = before;
    }
    setenv("TZ", name, 1);
    tzset();
  }
  ~TimeZone() {
    if (before_) {
      setenv("TZ", before_->c_str(), 1);
    } else {
      unsetenv("TZ");
    }
    tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
  TimeZone(TimeZone&&) = delete;
  TimeZone& operator=(TimeZone&&) = delete;

 private:
  std::optional<std::string> before_;
};

// Rules in the text itself (POSIX), so that a test needs no time zone database.
inline constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";
inline constexpr const char* kSydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
// As Beirut had it: daylight saving begins at midnight.
inline constexpr const char* kMidnightChange = "EET-2EEST,M3.5.0/0,M10.5.0/0";

}  // namespace isotherm
