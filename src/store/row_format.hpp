// The lines of the temperature log in the format that the operator chose (core/row_format.hpp).
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/row.hpp"
#include "store/log_settings.hpp"

namespace isotherm::store {

// The first line of every CSV file, with its line end. Empty for JSON Lines.
[[nodiscard]] std::string_view header_line(LogFormat format) noexcept;

// One row without its line end.
[[nodiscard]] std::string format_row(LogFormat format, const core::Row& row);

}  // namespace isotherm::store
