// Something that happened to a station, beside its readings: when, how bad, what, and typed fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/time.hpp"

namespace isotherm::core {

enum class Severity : std::uint8_t { Info, Warning, Error };
inline constexpr std::size_t kSeverityCount = 3;

// "info", "warning", "error"; and the severity of such a word.
[[nodiscard]] std::string_view severity_word(Severity severity) noexcept;
[[nodiscard]] std::optional<Severity> severity_from_word(std::string_view word) noexcept;

struct Event {
  using Value = std::variant<std::int64_t, double, bool, std::string>;

  WallTime time;          // when it happened
  Nanoseconds uptime{0};  // the same on CLOCK_MONOTONIC; 0: not known
  Severity severity = Severity::Info;
  std::string kind;                                   // "worst_slot"
  std::vector<std::pair<std::string, Value>> fields;  // in the order in which they are shown
};

}  // namespace isotherm::core
