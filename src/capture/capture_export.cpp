#include "capture/capture_export.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <ostream>

#include "capture/bytes.hpp"
#include "core/json_text.hpp"

namespace isotherm::capture {
namespace {

constexpr std::size_t kNumberLimit = 32;  // the shortest form of any double has 24 characters
constexpr std::size_t kNpyAlignment = 64;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

void append_digits(std::string& out, std::uint64_t value, std::size_t width = 1) {
  const std::string digits = std::to_string(value);
  out.append(width - std::min(width, digits.size()), '0');
  out += digits;
}

void append_utc(std::string& out, core::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  append_digits(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_digits(out, static_cast<std::uint64_t>(clock.hours().count()), 2);
  out += ':';
  append_digits(out, static_cast<std::uint64_t>(clock.minutes().count()), 2);
  out += ':';
  append_digits(out, static_cast<std::uint64_t>(clock.seconds().count()), 2);
  out += '.';
  append_digits(out, static_cast<std::uint64_t>(clock.subseconds().count()), 9);
  out += 'Z';
}

void append_seconds(std::string& out, core::MonotonicTime time) {
  const std::int64_t ns = time.time_since_epoch().count();
  const std::uint64_t size =
      ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  out += ns < 0 ? "-" : "";
  append_digits(out, size / kNsPerSecond);
  out += '.';
  append_digits(out, size % kNsPerSecond, 9);
}

void append_real(std::string& out, double value) {
  std::array<char, kNumberLimit> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), result.ptr);
}

void append_lateness(std::string& out, std::uint64_t lateness_ns) {
  append_digits(out, lateness_ns / 1000);
  out += '.';
  append_digits(out, lateness_ns % 1000, 3);
}

// RFC 4180 section 2, as the temperature log has it: control characters become spaces.
std::string csv_field(std::string_view text) {
  const bool quoted = text.find_first_of(",\"") != std::string_view::npos;
  std::string out = quoted ? "\"" : "";
  for (const char c : text) {
    out += c == '"' ? "\"" : "";
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return out + (quoted ? "\"" : "");
}

// One sample after the other of a chunk, as lines.
void append_csv_lines(std::string& out, const ChunkHeader& header, const Columns& columns) {
  const std::string names =
      "," + csv_field(header.origin.name) + "," + csv_field(header.origin.unit) + ",";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    append_utc(out, header.wall_at(columns.slots[i]));
    out += ',';
    append_seconds(out, header.monotonic_at(columns.slots[i]));
    out += names;
    append_digits(out, columns.slots[i]);
    out += ',';
    if (columns.fault_codes[i] == 0) {
      append_real(out, columns.values[i]);
    }
    out += ',';
    if (!columns.lateness_ns.empty()) {
      append_lateness(out, columns.lateness_ns[i]);
    }
    out += ',';
    out += columns.fault_codes[i] == 0 ? "" : core::fault_word(columns.fault(i));
    out += ',';
    append_digits(out, columns.dropped_totals[i]);
    out += '\n';
  }
}

void append_json_lines(std::string& out, const ChunkHeader& header, const Columns& columns) {
  std::string names = ",\"sensor\":";
  core::append_json_string(names, header.origin.name);
  names += ",\"unit\":";
  core::append_json_string(names, header.origin.unit);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out += "{\"time\":\"";
    append_utc(out, header.wall_at(columns.slots[i]));
    out += "\",\"uptime_s\":";
    append_seconds(out, header.monotonic_at(columns.slots[i]));
    out += names;
    out += ",\"slot\":";
    append_digits(out, columns.slots[i]);
    out += ",\"value\":";
    if (columns.fault_codes[i] == 0 && std::isfinite(columns.values[i])) {
      append_real(out, columns.values[i]);
    } else {
      out += "null";
    }
    out += ",\"lateness_us\":";
    if (!columns.lateness_ns.empty()) {
      append_lateness(out, columns.lateness_ns[i]);
    } else {
      out += "null";
    }
    out += ",\"fault\":\"";
    out += columns.fault_codes[i] == 0 ? "" : core::fault_word(columns.fault(i));
    out += "\",\"dropped_total\":";
    append_digits(out, columns.dropped_totals[i]);
    out += "}\n";
  }
}

void append_npy_rows(std::string& out, const ChunkHeader& header, const Columns& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::uint64_t slot = columns.slots[i];
    const bool good = columns.fault_codes[i] == 0;
    append_fixed(out, slot);
    append_fixed(out, std::int64_t{header.wall_at(slot).time_since_epoch().count()});
    append_fixed(out, std::int64_t{header.monotonic_at(slot).time_since_epoch().count()});
    append_double(out, good ? columns.values[i] : std::numeric_limits<double>::quiet_NaN());
    append_fixed(out, columns.lateness_ns.empty()
                          ? std::int64_t{-1}
                          : static_cast<std::int64_t>(columns.lateness_ns[i]));
    append_fixed(out, static_cast<std::uint32_t>(columns.dropped_totals[i]));
    append_fixed(out, static_cast<std::uint8_t>(columns.fault_codes[i]));
  }
}

// NEP 1: magic, version, length of what follows, a Python literal, spaces, a line end; all together
// a multiple of 64 bytes.
std::string npy_head(std::uint64_t samples) {
  std::string literal =
      "{'descr': [('slot', '<u8'), ('time_ns', '<i8'), ('monotonic_ns', '<i8'), ('value', '<f8'), "
      "('lateness_ns', '<i8'), ('dropped_total', '<u4'), ('fault', '|u1')], "
      "'fortran_order': False, 'shape': (" +
      std::to_string(samples) + ",), }";
  std::string out{"\x93NUMPY\x01\x00", 8};
  const std::size_t before = out.size() + sizeof(std::uint16_t);
  const std::size_t unpadded = before + literal.size() + 1;
  literal.append((kNpyAlignment - unpadded % kNpyAlignment) % kNpyAlignment, ' ');
  literal += '\n';
  append_fixed(out, static_cast<std::uint16_t>(literal.size()));
  return out + literal;
}

// Calls `take(header, columns)` for each chunk of the choice that can be read.
template <typename Take>
ExportResult for_each_chunk(CaptureReader& reader, const SensorChoice& choice, const Take& take) {
  ExportResult result;
  Columns columns;
  for (std::size_t i = 0; i < reader.index().chunks.size(); ++i) {
    const ChunkHeader& header = reader.index().chunks[i].header;
    if (choice && !choice(header.origin)) {
      continue;
    }
    if (reader.read(i, columns) != ChunkFault::None) {
      result.samples_lost += header.samples;
      result.damaged.push_back(i);
      continue;
    }
    result.samples += columns.size();
    take(header, columns);
  }
  return result;
}

}  // namespace

ExportResult export_text(CaptureReader& reader, ExportFormat format, const SensorChoice& choice,
                         std::ostream& out) {
  if (format == ExportFormat::Csv) {
    out << "time,uptime_s,sensor,unit,slot,value,lateness_us,fault,dropped_total\n";
  }
  std::string lines;
  return for_each_chunk(reader, choice, [&](const ChunkHeader& header, const Columns& columns) {
    lines.clear();
    if (format == ExportFormat::Csv) {
      append_csv_lines(lines, header, columns);
    } else {
      append_json_lines(lines, header, columns);
    }
    out << lines;
  });
}

ExportResult export_npy(CaptureReader& reader, const SensorChoice& choice, std::ostream& out) {
  const ExportResult counted =
      for_each_chunk(reader, choice, [](const ChunkHeader&, const Columns&) {});
  out << npy_head(counted.samples);
  std::string rows;
  return for_each_chunk(reader, choice, [&](const ChunkHeader& header, const Columns& columns) {
    rows.clear();
    append_npy_rows(rows, header, columns);
    out << rows;
  });
}

std::vector<std::string> sensor_names(const CaptureIndex& index) {
  std::vector<std::string> names;
  for (const ChunkEntry& entry : index.chunks) {
    if (std::find(names.begin(), names.end(), entry.header.origin.name) == names.end()) {
      names.push_back(entry.header.origin.name);
    }
  }
  return names;
}

}  // namespace isotherm::capture
