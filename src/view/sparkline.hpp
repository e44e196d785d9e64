// A line of a chart as one row of block characters, U+2581 to U+2588 in UTF-8. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "core/time.hpp"
#include "view/chart.hpp"

namespace isotherm::view {

// `width` characters from `from` to `to`: the mean of the good samples in each one's time, from the
// smallest of these means (lowest block) to the largest (full block). Where there is no good sample
// the character is a blank; where all means are one value, each block is of half height.
[[nodiscard]] std::string sparkline(const ChartLine& line, core::WallTime from, core::WallTime to,
                                    std::size_t width);

}  // namespace isotherm::view
