// Reads a station's configuration (docs: config/isotherm.toml, every key at its default) into plain
// settings, and finds everything that is wrong in it at once.
//
// What a file alone can show is checked here; whether cores, devices and directories exist is not,
// because a configuration is often checked on another machine than the one it is for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/configuration.hpp"
#include "settings/diagnostic.hpp"

namespace isotherm::settings {

struct LoadResult {
  Configuration configuration;          // to be used only where ok()
  std::vector<Diagnostic> diagnostics;  // the mistakes, sorted by line
  std::vector<Diagnostic> notes;        // worth telling, such as a rate that was rounded

  [[nodiscard]] bool ok() const noexcept { return diagnostics.empty(); }
};

// A file that cannot be read gives one diagnostic, of line 0. Does not throw but for want of
// memory.
[[nodiscard]] LoadResult load_configuration(const std::string& path);

// The same from a text. `name` is the file's path in messages, and its folder is what the files
// that a replay names are relative to.
[[nodiscard]] LoadResult parse_configuration(std::string_view text, const std::string& name);

}  // namespace isotherm::settings
