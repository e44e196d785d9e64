// JSON as every command prints it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/time.hpp"

namespace isotherm::app {

// Indented, with a newline at its end. Paths and firmware labels may hold any bytes: what is not
// UTF-8 is replaced, where the library would throw.
[[nodiscard]] inline std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

template <typename Value>
[[nodiscard]] nlohmann::ordered_json or_null(const std::optional<Value>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

// Durations are written as a number of nanoseconds.
[[nodiscard]] inline nlohmann::ordered_json or_null(
    const std::optional<core::Nanoseconds>& duration) {
  return duration ? nlohmann::ordered_json(duration->count()) : nlohmann::ordered_json(nullptr);
}

}  // namespace isotherm::app
