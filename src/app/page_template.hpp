// Finds the page of `isotherm log --html` that its data are filled into (view/page.hpp): a file
// beside the program, so that the station, which locks all of its memory, does not hold it.
#pragma once

#include <string>
#include <vector>

#include "core/whole_files.hpp"

namespace isotherm::app {

// Where it is looked for, next to the running program `executable`: in the folder it was built in,
// then where a package puts it.
[[nodiscard]] std::vector<std::string> page_template_paths(const std::string& executable);

// The first of these that is there. Throws SetupError if none is, or if it cannot be read.
[[nodiscard]] std::string page_template(const std::vector<std::string>& paths,
                                        const core::WholeFiles& files);

}  // namespace isotherm::app
