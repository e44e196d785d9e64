// Quantities as people write them, "10 ms", "100 Hz", "64 MB": a decimal number and a unit, with or
// without space between them. Used by the configuration and by the command line (`--duration 10s`).
//
// The decimals are taken exactly, never through a floating-point number: "0.1 s" is 100,000,000 ns,
// and a number that does not fit is refused instead of wrapped. Signs and exponents are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace isotherm::settings {

// A value, or in words what is wrong and what would be right.
template <typename T>
struct Quantity {
  std::optional<T> value;
  bool rounded = false;  // the value is the nearest representable one, not exactly what was written
  std::string problem;   // such as `"10" has no unit`; empty where there is a value
  std::string mend;      // such as `write "10 ms" or "10 s"`

  [[nodiscard]] bool ok() const noexcept { return value.has_value(); }
};

// Units ns, us (or µs), ms, s, min, h, d. 0 is allowed. At most 2^63 - 1 ns (292 years). A duration
// that is not a whole number of nanoseconds is refused.
[[nodiscard]] Quantity<core::Nanoseconds> parse_duration(std::string_view text);

// A frequency in mHz, Hz or kHz, as its period: rounded to the nearest nanosecond, which `rounded`
// then says. 0 Hz and what is faster than 1 GHz are refused.
[[nodiscard]] Quantity<core::Nanoseconds> parse_rate(std::string_view text);

// Bytes: B, kB, MB, GB, TB (powers of 1000) and KiB, MiB, GiB, TiB (powers of 1024). A size that is
// not a whole number of bytes is refused.
[[nodiscard]] Quantity<std::uint64_t> parse_size(std::string_view text);

// The shortest exact text that the parsers above take: "10 ms", "1.5 us", "64 MiB", "64 MB".
[[nodiscard]] std::string duration_text(core::Nanoseconds duration);
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace isotherm::settings
