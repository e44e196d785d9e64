// What the log's directory and the boot files' have in common.
#pragma once

#include <string>
#include <vector>

namespace isotherm::os {

// The names in a directory, sorted; none where it cannot be read.
[[nodiscard]] std::vector<std::string> names_in(const std::string& directory);

// Makes new, renamed and removed names durable. Returns 0, or an error number of open(2) or
// fsync(2).
[[nodiscard]] int sync_directory(const std::string& path);

}  // namespace isotherm::os
