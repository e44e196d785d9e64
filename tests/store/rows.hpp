// Rows for the tests of the temperature log, and a reader of CSV logs that knows nothing of the
// code under test.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "core/row.hpp"

namespace isotherm::test {

inline constexpr core::WallTime kRowTime = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

inline const std::string kHeader =
    "time,uptime_s,sensor,unit,scheduled,good,faulty,missed,dropped,min,mean,max,stddev,last,"
    "late_p99_us,late_max_us,clock,faults\n";

// The `second`-th window of a sensor at 10 Hz with one reading missed.
inline core::Row make_row(const std::string& sensor, int second) {
  core::Row row;
  row.time = kRowTime + std::chrono::seconds{second};
  row.uptime = std::chrono::hours{1} + std::chrono::seconds{second};
  row.sensor = sensor;
  row.unit = "degC";
  row.counts = {10, 9, 0, 1, 0};
  row.statistics = core::WindowStatistics{20.0, 20.5, 21.0, 0.25, 20.75};
  row.lateness = core::WindowLateness{std::chrono::microseconds{50}, std::chrono::microseconds{60}};
  row.clock = core::ClockState::Synced;
  return row;
}

// Seconds first to last - 1 of one sensor.
inline std::vector<core::Row> make_rows(const std::string& sensor, int first, int last) {
  std::vector<core::Row> rows;
  for (int second = first; second < last; ++second) {
    rows.push_back(make_row(sensor, second));
  }
  return rows;
}

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

struct ReadLog {
  std::vector<std::vector<std::string>> rows;  // their 18 fields
  std::uint64_t scheduled = 0;
  bool well_formed = true;  // a header, whole lines only, 18 fields in each

  [[nodiscard]] std::vector<std::string> column(std::size_t index) const {
    std::vector<std::string> fields;
    for (const auto& row : rows) {
      fields.push_back(row.at(index));
    }
    return fields;
  }
};

// Sensor names must not need quotes.
inline ReadLog read_log(const std::string& text) {
  ReadLog log;
  log.well_formed = text.starts_with(kHeader) && text.ends_with('\n');
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    auto fields = split(line, ',');
    log.well_formed =
        log.well_formed && fields.size() == 18 && line.find('\0') == std::string::npos;
    log.scheduled += std::stoull(fields.at(4));
    log.rows.push_back(std::move(fields));
  }
  return log;
}

}  // namespace isotherm::test
