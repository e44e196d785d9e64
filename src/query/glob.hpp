// Sensors by name, as a shell chooses files: fnmatch(3) without flags. Pure.
//   *  any text    ?  any one character    [a-c], [!a-c]  one of them, none of them    \x  x itself
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/history_reader.hpp"

namespace isotherm::query {

[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

// Those that a glob matches, in their order; all of them without globs. Throws SetupError (Usage)
// for a glob that matches none.
[[nodiscard]] std::vector<history::SensorEntry> select_sensors(
    std::span<const history::SensorEntry> sensors, std::span<const std::string> globs);

}  // namespace isotherm::query
