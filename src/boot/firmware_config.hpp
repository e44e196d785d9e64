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

// The text, which has no block yet, with one for this board. An overlay that the file already loads
// for every model is left out: loaded twice, the second one finds its pins taken.
[[nodiscard]] ConfigEdit with_block(std::string_view text, std::string_view board,
                                    const std::vector<std::string>& settings);

[[nodiscard]] bool has_block(std::string_view text);

// Without the block. A line in it that `applied` has not in its own was written by somebody else
// and stays, under [all].
[[nodiscard]] std::string without_block(std::string_view text, std::string_view applied);

}  // namespace isotherm::boot
