// What is asked of a log: whose, when, and which sensors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/log_output.hpp"
#include "history/history_reader.hpp"
#include "query/log_source.hpp"

namespace isotherm::app {

struct LogQuestion {
  query::LogSource& source;
  const LogOptions& options;
  LogOutput& output;
  bool of_history = false;
  core::WallTime now;
  std::optional<history::TimeRange> extent;  // of the log, oldest and newest window
  history::TimeRange range;
  std::vector<history::SensorEntry> sensors;
};

// By --since, --from and --to. Without any: the day up to now, or up to the newest window where the
// station has not logged for a while. Throws SetupError (Usage) for what is no time, or no range.
[[nodiscard]] history::TimeRange range_asked_for(const LogOptions& options,
                                                 const std::optional<history::TimeRange>& extent,
                                                 core::WallTime now);

// Of --every; windows as they are without it. Throws SetupError (Usage).
[[nodiscard]] query::Steps steps_asked_for(const LogOptions& options);

// To the second, in local time or, with --utc, in UTC.
[[nodiscard]] std::string when_words(const LogOptions& options, core::WallTime time);
// To the millisecond, as windows may be shorter than a second: "2026-11-22 14:03:05.200".
[[nodiscard]] std::string exact_when_words(const LogOptions& options, core::WallTime time);
// Without the year: "11-22 14:03:05".
[[nodiscard]] std::string short_when_words(const LogOptions& options, core::WallTime time);

// "3 d 4 h", "1 h 2 min", "2 min 3 s", "12.5 s".
[[nodiscard]] std::string span_words(core::Nanoseconds span);

// As the log prints it: 6 decimals at most.
[[nodiscard]] std::string value_words(double value);

// Why slots have no good value: "crc:2 missed:1".
[[nodiscard]] std::string not_good_words(const core::SlotCounts& counts,
                                         const core::FaultCounts& faults);

// A bucket as a row of the log. `is_window`: not of a step.
[[nodiscard]] core::Row row_of(const history::SensorEntry& sensor, const history::Bucket& bucket,
                               bool is_window);

// Each answers one kind of question, on stdout.
void print_log_summary(const LogQuestion& question);
void print_log_rows(const LogQuestion& question);
void print_log_faults(const LogQuestion& question);
void print_log_events(const LogQuestion& question);
void draw_log(const LogQuestion& question);

}  // namespace isotherm::app
