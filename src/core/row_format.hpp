// How a row looks in the temperature log: CSV (RFC 4180) or JSON Lines. Pure functions.
//
// Lines end with "\n", where RFC 4180 has CRLF: every CSV reader takes both, but with CRLF the Unix
// tools (cut, awk, grep) would see a stray carriage return in the last column. A row is always
// exactly one line: control characters of a name become spaces in CSV and \u escapes in JSON.
//
//   time           ISO 8601, UTC, milliseconds (rounded down): 2026-01-01T00:00:00.000Z
//   uptime_s       seconds of CLOCK_MONOTONIC, 3 decimals (rounded down)
//   min ... last   the shortest decimal number that reads back as the same double, but at most
//                  6 decimals (1 microkelvin; no probe resolves that); empty or null where the
//                  window has no such value, never 0 or NaN
//   late_..._us    microseconds, 1 decimal; empty or null where there was no sample
//   clock          synced, unsynced or stepped
//   faults         "timeout:1;crc:2" in the order of core::Fault, or empty; in JSON an object.
//                  A row that stands for N rows that could not be kept one by one has
//                  merged_rows:N behind its faults.
#pragma once

#include <string>
#include <string_view>

#include "core/row.hpp"

namespace isotherm::core {

// The first line of every CSV file, with its line end.
inline constexpr std::string_view kCsvHeader =
    "time,uptime_s,sensor,unit,scheduled,good,faulty,missed,dropped,min,mean,max,stddev,last,"
    "late_p99_us,late_max_us,clock,faults\n";
inline constexpr std::size_t kCsvColumns = 18;

// One row without its line end.
[[nodiscard]] std::string format_csv(const Row& row);
[[nodiscard]] std::string format_json(const Row& row);

// A field of RFC 4180: in quotes where it has to be, control characters as spaces.
void append_csv_text(std::string& out, std::string_view text);

// Microseconds with one decimal, rounded; seconds with three, rounded down.
void append_microseconds(std::string& out, Nanoseconds duration);
void append_uptime(std::string& out, Nanoseconds uptime);

}  // namespace isotherm::core
