// A file that the user names for what a command will have found out: whether it can be made is
// asked before the work, because half a minute later would be late to learn it.
#pragma once

#include <string>
#include <vector>

namespace isotherm::app {

// Throws SetupError (Io) unless files can be made in the folder of `path`.
void require_output_place(const std::string& path);

// Throws SetupError (Usage) if `path` is one of the files that the command reads, by whatever name.
void require_no_input(const std::string& path, const std::vector<std::string>& inputs);

}  // namespace isotherm::app
