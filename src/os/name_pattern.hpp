// Names by the shell's patterns: "kiln-*", "inlet?", "[ab]*".
#pragma once

#include <string>

namespace isotherm::os {

// Housekeeping. fnmatch(3): the whole name.
[[nodiscard]] bool matches_pattern(const std::string& pattern, const std::string& name);

}  // namespace isotherm::os
