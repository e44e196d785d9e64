// Times and spans of time as people write them on a command line. Pure, but for the time zone
// (core/local_time.hpp).
//
//   span    a number and a unit, or several: 2h, 90 s, 1.5d, 1h30m
//           ms, s, m or min, h, d (24 hours), w (7 days)
//   moment  2026-11-22, 2026-11-22 14:00, 2026-11-22T14:00:05.25     local time
//           14:00, today, yesterday, yesterday 14:00                 local time
//           2026-11-22T13:00Z, 2026-11-22 14:00+01:00                with its offset from UTC
//           now, 2h ago, -2h                                         from now
//           @1795356000                                              seconds since 1970, UTC
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace isotherm::query {

// What was understood, or in words what is wrong and what would be right.
template <typename T>
struct Understood {
  std::optional<T> value{};
  std::string problem{};
  std::string mend{};

  [[nodiscard]] bool ok() const noexcept { return value.has_value(); }
};

// Above 0, at most 100 years; to the nanosecond, rounded.
[[nodiscard]] Understood<core::Nanoseconds> parse_span(std::string_view text);

// A day without a clock is its first moment. Of an hour that comes twice the first is meant; one
// that is left out is refused.
[[nodiscard]] Understood<core::WallTime> parse_moment(std::string_view text, core::WallTime now);

}  // namespace isotherm::query
