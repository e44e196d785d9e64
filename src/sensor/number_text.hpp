// Numbers as the kernel prints them into an attribute: "23125\n", "-500", "23.062500". Parsed in
// place with std::from_chars, which neither allocates nor looks at the locale.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/realtime.hpp"

namespace isotherm::sensor {

// Real-time. Without the white space at its end (sysfs closes every value with a newline).
[[nodiscard]] constexpr std::string_view trimmed_end(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\r' ||
                           text.back() == '\t' || text.back() == '\0')) {
    text.remove_suffix(1);
  }
  return text;
}

// Real-time. A whole number; nothing if the text is anything else or does not fit 64 bits.
[[nodiscard]] inline std::optional<std::int64_t> parse_integer(std::string_view text) noexcept
    ISOTHERM_REALTIME {
  text = trimmed_end(text);
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

// Real-time. A decimal number; nothing if the text is anything else, beyond 1e15 (which no
// attribute or series of temperatures holds), "inf" or "nan".
[[nodiscard]] inline std::optional<double> parse_decimal(std::string_view text) noexcept
    ISOTHERM_REALTIME {
  constexpr double kLargest = 1e15;
  double value = 0.0;
  // Nearly all attributes are whole numbers, which are several times cheaper to parse.
  if (const auto whole = parse_integer(text)) {
    value = static_cast<double>(*whole);
  } else {
    text = trimmed_end(text);
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::general);
    if (error != std::errc{} || stop != end) {
      return std::nullopt;
    }
  }
  const bool sane = value <= kLargest && value >= -kLargest;  // false for NaN
  return sane ? std::optional{value} : std::nullopt;
}

}  // namespace isotherm::sensor
