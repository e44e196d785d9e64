// JSON as every command prints it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace isotherm::app {

// Indented, with a newline at its end. Paths and firmware labels may hold any bytes: what is not
// UTF-8 is replaced, where the library would throw.
[[nodiscard]] inline std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace isotherm::app
