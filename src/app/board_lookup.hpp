// Finds the facts of a board: a folder of board/, by name or by what the device tree says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "settings/board_file.hpp"

namespace isotherm::app {

struct BoardChoice {
  settings::BoardFacts board;
  std::string where;  // path of its board.toml; empty if there is none to be found
  std::vector<settings::Diagnostic> diagnostics;
};

// What the device tree calls the machine; "" where there is none, as on a PC.
[[nodiscard]] std::string machine_model(const core::FileTree& files);

// Where boards are looked for, next to the running program `executable`: in the source tree it was
// built in, then where a package puts them.
[[nodiscard]] std::vector<std::string> board_folders(const std::string& executable);

// `wanted` is a name, a path to a folder with a board.toml, or "auto": the board whose models match
// /proc/device-tree/model, else "generic". A name that is not found is a diagnostic that lists
// those that are; with "auto" it is not an error if no boards are installed.
[[nodiscard]] BoardChoice choose_board(const std::string& wanted,
                                       const std::vector<std::string>& folders,
                                       const core::FileTree& files);

// The board that a model of the device tree belongs to, else "generic".
[[nodiscard]] BoardChoice board_of_model(const std::string& model,
                                         const std::vector<std::string>& folders,
                                         const core::FileTree& files);

// Every board that is installed, by name; of two of one name the first found counts.
[[nodiscard]] std::vector<BoardChoice> all_boards(const std::vector<std::string>& folders,
                                                  const core::FileTree& files);

}  // namespace isotherm::app
