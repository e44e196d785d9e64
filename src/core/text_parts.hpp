// Pieces of the lines in the log's files: numbers, times and texts, appended to a string. Pure;
// housekeeping only.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace isotherm::core {

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

// ISO 8601, UTC, milliseconds (rounded down): 2026-01-01T00:00:00.000Z
void append_time(std::string& out, WallTime time);

// The shortest decimal number that reads back as the same double, but at most 6 decimals. Finite.
void append_value(std::string& out, double value);

constexpr bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// `"name":`, behind a comma unless `out` is only the object's opening brace.
void append_json_name(std::string& out, std::string_view name);

}  // namespace isotherm::core
