// A board's facts: board/<name>/board.toml. Facts, not choices: what is true of every station on
// that board. Today the models it goes by and the cores; buses and boot lines are to come.
//
// `cores` and `isolated` decide nothing: they tell people how the board is meant to be booted, and
// are there for a later `isotherm check` to compare with the machine. At start the cores and their
// isolation are those that the kernel shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/diagnostic.hpp"

namespace isotherm::settings {

struct BoardFacts {
  std::string name;         // the folder's name
  std::string description;  // one line for people
  // It is this board if /proc/device-tree/model starts with one of these; empty: never by itself.
  std::vector<std::string> models;
  std::optional<unsigned> cores;       // how many it has; nothing: whatever is found
  std::vector<unsigned> housekeeping;  // cores for everything but readers; empty: decided at start
  std::vector<unsigned> isolated;      // cores its boot lines isolate; empty: whatever is found

  [[nodiscard]] bool matches(std::string_view model) const;
};

struct BoardResult {
  BoardFacts board;                     // to be used only where ok()
  std::vector<Diagnostic> diagnostics;  // sorted by line

  [[nodiscard]] bool ok() const noexcept { return diagnostics.empty(); }
};

// `path` is that of the board.toml itself. A file that cannot be read gives one diagnostic.
[[nodiscard]] BoardResult load_board(const std::string& path);

// The same from a text; `name` is the file's path in messages.
[[nodiscard]] BoardResult parse_board(std::string_view text, const std::string& name);

}  // namespace isotherm::settings
