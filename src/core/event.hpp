// Something that happened to a station, beside its readings: when, how bad, what, and typed fields.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/time.hpp"

namespace isotherm::core {

enum class Severity : std::uint8_t { Info, Warning, Error };

struct Event {
  using Value = std::variant<std::int64_t, double, bool, std::string>;

  WallTime time;          // when it happened
  Nanoseconds uptime{0};  // the same on CLOCK_MONOTONIC; 0: not known
  Severity severity = Severity::Info;
  std::string kind;                                   // "worst_slot"
  std::vector<std::pair<std::string, Value>> fields;  // in the order in which they are shown
};

}  // namespace isotherm::core
