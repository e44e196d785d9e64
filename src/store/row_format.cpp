#include "store/row_format.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

namespace isotherm::store {
namespace {

constexpr std::string_view kCsvHeader =
    "time,uptime_s,sensor,unit,scheduled,good,faulty,missed,dropped,min,mean,max,stddev,last,"
    "late_p99_us,late_max_us,clock,faults\n";

constexpr int kDecimalsLimit = 6;
// The longest double in fixed notation: 309 digits, sign, point and the decimals.
constexpr std::size_t kNumberLimit = 336;

template <typename Integer>
void append_integer(std::string& out, Integer value, std::size_t width = 1) {
  std::array<char, 24> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  const auto length = static_cast<std::size_t>(result.ptr - digits.data());
  if (length < width) {
    out.append(width - length, '0');
  }
  out.append(digits.data(), length);
}

// Not negative; the caller has dealt with the sign.
void append_thousandths(std::string& out, std::uint64_t thousandths) {
  append_integer(out, thousandths / 1000);
  out += '.';
  append_integer(out, thousandths % 1000, 3);
}

void append_time(std::string& out, core::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(time - day)};
  // core::WallTime ends in 2262 and begins in 1677, so the year has four digits.
  append_integer(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_integer(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_integer(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_integer(out, clock.hours().count(), 2);
  out += ':';
  append_integer(out, clock.minutes().count(), 2);
  out += ':';
  append_integer(out, clock.seconds().count(), 2);
  out += '.';
  append_integer(out, clock.subseconds().count(), 3);
  out += 'Z';
}

void append_uptime(std::string& out, core::Nanoseconds uptime) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(uptime).count();
  if (milliseconds < 0) {
    out += '-';
  }
  append_thousandths(out, milliseconds < 0 ? 0 - static_cast<std::uint64_t>(milliseconds)
                                           : static_cast<std::uint64_t>(milliseconds));
}

void append_microseconds(std::string& out, core::Nanoseconds duration) {
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

void append_value(std::string& out, double value) {
  std::array<char, kNumberLimit + kDecimalsLimit> digits{};
  char* const first = digits.data();
  char* const limit = first + digits.size();
  const auto shortest = std::to_chars(first, limit, value, std::chars_format::fixed);
  std::string_view text(first, shortest.ec == std::errc{}
                                   ? static_cast<std::size_t>(shortest.ptr - first)
                                   : std::size_t{0});
  const std::size_t point = text.find('.');
  // Also where 1e-300 did not fit the buffer at all.
  if (text.empty() || (point != std::string_view::npos &&
                       text.size() - point - 1 > static_cast<std::size_t>(kDecimalsLimit))) {
    const auto rounded =
        std::to_chars(first, limit, value, std::chars_format::fixed, kDecimalsLimit);
    text = std::string_view(first, static_cast<std::size_t>(rounded.ptr - first));
    text = text.substr(0, text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
      text.remove_suffix(1);
    }
  }
  out += text == "-0" ? std::string_view("0") : text;
}

constexpr std::string_view clock_word(core::ClockState state) noexcept {
  switch (state) {
    case core::ClockState::Synced:
      return "synced";
    case core::ClockState::Unsynced:
      return "unsynced";
    case core::ClockState::Stepped:
      return "stepped";
  }
  return "unsynced";
}

constexpr bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
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

// RFC 8259 section 7.
void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(c)) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4U];
      out += kHex[static_cast<unsigned char>(c) & 0x0fU];
    } else {
      out += c;
    }
  }
  out += '"';
}

// Calls `each` with the word and the number of every fault there was, in the order of core::Fault,
// and at last with the number of merged rows if there are any.
template <typename Each>
void for_each_fault(const core::Row& row, const Each& each) {
  for (std::size_t i = 1; i < core::kFaultCount; ++i) {
    if (row.faults.at(i) > 0) {
      each(core::fault_word(static_cast<core::Fault>(i)), row.faults.at(i));
    }
  }
  if (row.merged_rows > 0) {
    each(std::string_view("merged_rows"), row.merged_rows);
  }
}

void append_json_name(std::string& out, std::string_view name) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += name;
  out += "\":";
}

}  // namespace

std::string_view header_line(LogFormat format) noexcept {
  return format == LogFormat::Csv ? kCsvHeader : std::string_view();
}

std::string format_csv(const core::Row& row) {
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

std::string format_json(const core::Row& row) {
  std::string out = "{";
  out.reserve(512);
  append_json_name(out, "time");
  out += '"';
  append_time(out, row.time);
  out += '"';
  append_json_name(out, "uptime_s");
  append_uptime(out, row.uptime);
  append_json_name(out, "sensor");
  append_json_text(out, row.sensor);
  append_json_name(out, "unit");
  append_json_text(out, row.unit);
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
  const auto late = [&out](std::string_view name, std::optional<core::Nanoseconds> duration) {
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
  append_json_text(out, clock_word(row.clock));
  append_json_name(out, "faults");
  std::string faults = "{";
  for_each_fault(row, [&](std::string_view word, std::uint64_t number) {
    append_json_name(faults, word);
    append_integer(faults, number);
  });
  out += faults + "}}";
  return out;
}

std::string format_row(LogFormat format, const core::Row& row) {
  return format == LogFormat::Csv ? format_csv(row) : format_json(row);
}

}  // namespace isotherm::store
