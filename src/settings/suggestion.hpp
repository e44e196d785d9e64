// "Did you mean": the known word that is nearest to a misspelt one, and how words stand in
// messages.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace isotherm::settings {

// How many single-character insertions, deletions, replacements and swaps of neighbours lead from
// one word to the other (optimal string alignment distance), capitals counting as small letters.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `known` that is at most a third of its length away; the first of equals.
[[nodiscard]] std::optional<std::string_view> nearest_word(std::string_view word,
                                                           std::span<const std::string_view> known);

[[nodiscard]] bool equal_but_for_case(std::string_view a, std::string_view b);

// The text in quotes for a message on one line: cut at 40 characters, control characters as "?".
[[nodiscard]] std::string in_quotes(std::string_view text);

// `"fifo", "rr" or "other"`, for a message.
[[nodiscard]] std::string alternatives(std::span<const std::string_view> words);

// `name, board and isolation`, for a message.
[[nodiscard]] std::string listed(std::span<const std::string_view> words);

}  // namespace isotherm::settings
