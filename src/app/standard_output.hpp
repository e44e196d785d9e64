// What a command has to say, on stdout.
#pragma once

#include <string>

namespace isotherm::app {

// Writes all of it at once. False if stdout cannot take it (a full disk); a pipe whose reader has
// gone wants no more, which is no failure.
[[nodiscard]] bool print_whole(const std::string& text);

}  // namespace isotherm::app
