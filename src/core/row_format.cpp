#include "core/row_format.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

#include "core/json_text.hpp"
#include "core/text_parts.hpp"

namespace isotherm::core {
namespace {

// Not negative; the caller has dealt with the sign.
void append_thousandths(std::string& out, std::uint64_t thousandths) {
  append_integer(out, thousandths / 1000);
  out += '.';
  append_integer(out, thousandths % 1000, 3);
}

// Calls `each` with the word and the number of every fault there was, in the order of Fault,
// and at last with the number of merged rows if there are any.
template <typename Each>
void for_each_fault(const Row& row, const Each& each) {
  for (std::size_t i = 1; i < kFaultCount; ++i) {
    if (row.faults.at(i) > 0) {
      each(fault_word(static_cast<Fault>(i)), row.faults.at(i));
    }
  }
  if (row.merged_rows > 0) {
    each(std::string_view("merged_rows"), row.merged_rows);
  }
}

}  // namespace

void append_uptime(std::string& out, Nanoseconds uptime) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(uptime).count();
  if (milliseconds < 0) {
    out += '-';
  }
  append_thousandths(out, milliseconds < 0 ? 0 - static_cast<std::uint64_t>(milliseconds)
                                           : static_cast<std::uint64_t>(milliseconds));
}

void append_microseconds(std::string& out, Nanoseconds duration) {
  const std::int64_t tenths = (duration.count() + (duration.count() < 0 ? -50 : 50)) / 100;
  if (tenths < 0) {
    out += '-';
  }
  const std::uint64_t size =
      tenths < 0 ? 0 - static_cast<std::uint64_t>(tenths) : static_cast<std::uint64_t>(tenths);
  append_integer(out, size / 10);
  out += '.';
  append_integer(out, size % 10);
}

// RFC 4180 section 2: a field with a comma or a quote stands in quotes, and its quotes double.
void append_csv_text(std::string& out, std::string_view text) {
  const bool quoted = text.find_first_of(",\"") != std::string_view::npos;
  if (quoted) {
    out += '"';
  }
  for (const char c : text) {
    if (c == '"') {
      out += '"';
    }
    out += is_control(c) ? ' ' : c;
  }
  if (quoted) {
    out += '"';
  }
}

std::string format_csv(const Row& row) {
  std::string out;
  out.reserve(256);
  append_time(out, row.time);
  out += ',';
  append_uptime(out, row.uptime);
  out += ',';
  append_csv_text(out, row.sensor);
  out += ',';
  append_csv_text(out, row.unit);
  for (const std::uint64_t count : {row.counts.scheduled, row.counts.good, row.counts.faulty,
                                    row.counts.missed, row.counts.dropped}) {
    out += ',';
    append_integer(out, count);
  }
  const auto value = [&out](std::optional<double> number) {
    out += ',';
    if (number && std::isfinite(*number)) {
      append_value(out, *number);
    }
  };
  const auto& statistics = row.statistics;
  value(statistics ? std::optional(statistics->min) : std::nullopt);
  value(statistics ? std::optional(statistics->mean) : std::nullopt);
  value(statistics ? std::optional(statistics->max) : std::nullopt);
  value(statistics ? statistics->stddev : std::nullopt);
  value(statistics ? std::optional(statistics->last) : std::nullopt);
  out += ',';
  if (row.lateness) {
    append_microseconds(out, row.lateness->p99);
  }
  out += ',';
  if (row.lateness) {
    append_microseconds(out, row.lateness->max);
  }
  out += ',';
  out += clock_word(row.clock);
  out += ',';
  std::string_view separator;
  for_each_fault(row, [&](std::string_view word, std::uint64_t count) {
    out += separator;
    out += word;
    out += ':';
    append_integer(out, count);
    separator = ";";
  });
  return out;
}

std::string format_json(const Row& row) {
  std::string out = "{";
  out.reserve(512);
  append_json_name(out, "time");
  out += '"';
  append_time(out, row.time);
  out += '"';
  append_json_name(out, "uptime_s");
  append_uptime(out, row.uptime);
  append_json_name(out, "sensor");
  append_json_string(out, row.sensor);
  append_json_name(out, "unit");
  append_json_string(out, row.unit);
  const auto count = [&out](std::string_view name, std::uint64_t number) {
    append_json_name(out, name);
    append_integer(out, number);
  };
  count("scheduled", row.counts.scheduled);
  count("good", row.counts.good);
  count("faulty", row.counts.faulty);
  count("missed", row.counts.missed);
  count("dropped", row.counts.dropped);
  const auto value = [&out](std::string_view name, std::optional<double> number) {
    append_json_name(out, name);
    if (number && std::isfinite(*number)) {
      append_value(out, *number);
    } else {
      out += "null";
    }
  };
  const auto& statistics = row.statistics;
  value("min", statistics ? std::optional(statistics->min) : std::nullopt);
  value("mean", statistics ? std::optional(statistics->mean) : std::nullopt);
  value("max", statistics ? std::optional(statistics->max) : std::nullopt);
  value("stddev", statistics ? statistics->stddev : std::nullopt);
  value("last", statistics ? std::optional(statistics->last) : std::nullopt);
  const auto late = [&out](std::string_view name, std::optional<Nanoseconds> duration) {
    append_json_name(out, name);
    if (duration) {
      append_microseconds(out, *duration);
    } else {
      out += "null";
    }
  };
  late("late_p99_us", row.lateness ? std::optional(row.lateness->p99) : std::nullopt);
  late("late_max_us", row.lateness ? std::optional(row.lateness->max) : std::nullopt);
  append_json_name(out, "clock");
  append_json_string(out, clock_word(row.clock));
  append_json_name(out, "faults");
  std::string faults = "{";
  for_each_fault(row, [&](std::string_view word, std::uint64_t number) {
    append_json_name(faults, word);
    append_integer(faults, number);
  });
  out += faults + "}}";
  return out;
}

}  // namespace isotherm::core
