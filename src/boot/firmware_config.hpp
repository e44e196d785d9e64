// The Raspberry Pi firmware's config.txt: lines of property=value under filters such as [pi4] or
// [all]. isotherm adds one marked block at its end, under [all]. Text in, text out.
//
// Source: Raspberry Pi documentation, "config.txt" (98 columns a line) and "Conditional filters"
// ([all] lifts every filter before it).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boot/objection.hpp"

namespace isotherm::boot {

// The firmware ignores what stands beyond.
inline constexpr std::size_t kConfigColumns = 98;

// The settings of a board's config.txt: its lines without remarks and empty ones.
[[nodiscard]] std::vector<std::string> settings_of(std::string_view text);

// Nothing if the text is a config.txt that may be edited.
[[nodiscard]] std::optional<Objection> objection_to_config(std::string_view text);

struct ConfigEdit {
  std::string text;
  std::vector<std::string> notes;  // which settings were left out, and why
};

// The text with a block for this board: in the place of the one that it has, else at its end. An
// overlay that the file loads for every model elsewhere is left out: loaded twice, the second one
// finds its pins taken. A line in the old block that `applied`, what isotherm wrote last, has not
// in its own was written by somebody else, and goes below the block.
[[nodiscard]] ConfigEdit with_block(std::string_view text, std::string_view board,
                                    const std::vector<std::string>& settings,
                                    std::string_view applied = {});

[[nodiscard]] bool has_block(std::string_view text);

// Without the block. A line in it that somebody else wrote stays. It and what follows the block
// stood under the block's [all]: where that would be another filter now, an [all] stays before
// them. With no `applied` all of the block is isotherm's.
[[nodiscard]] std::string without_block(std::string_view text, std::string_view applied);

}  // namespace isotherm::boot
