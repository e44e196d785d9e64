// What a board's folder says of it against what the running machine is: for `isotherm check`. Pure.
// Nothing here keeps a station from starting; preflight decides about that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "os/topology.hpp"
#include "settings/board_file.hpp"

namespace isotherm::app {

struct BoardDifference {
  enum class Weight : std::uint8_t {
    Warning,  // the readers will notice
    Note,     // a station may do without
  };
  Weight weight = Weight::Note;
  std::string what;
  std::string mend;
};

// "warning" or "note".
[[nodiscard]] std::string weight_word(BoardDifference::Weight weight);

// `parameters` are those of the board's cmdline.txt. Warnings first.
[[nodiscard]] std::vector<BoardDifference> board_differences(
    const settings::BoardFacts& board, const std::vector<std::string>& parameters,
    const os::Topology& topology, const core::FileTree& files);

}  // namespace isotherm::app
