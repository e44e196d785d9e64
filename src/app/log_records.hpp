// Answers that are lists: each entry with named fields, as a table, CSV, JSON Lines or JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/commands.hpp"

namespace isotherm::app {

// As JSON Lines, JSON (an array of objects) or CSV with the fields' names as its header; all
// entries have the same fields then, and one that is an object is printed as its JSON.
[[nodiscard]] std::string records_text(LogForm form, const std::vector<std::string>& names,
                                       const std::vector<nlohmann::ordered_json>& records);

}  // namespace isotherm::app
