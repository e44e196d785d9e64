// Texts of charts: names that others have chosen, in a place of limited width. Internal to view/.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace isotherm::view {

// Columns that a text takes on a terminal: one a code point (wide and combining ones as well).
[[nodiscard]] std::size_t columns_of(std::string_view utf8) noexcept;

// The text made printable (core/utf8.hpp), and cut to at most `columns`, with `cut` at its end
// where something is missing.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns, std::string_view cut);

// What people write for a unit of the log: "°C" for "degC"; others are shown as they are.
[[nodiscard]] std::string unit_sign(std::string_view unit, bool unicode);

}  // namespace isotherm::view
