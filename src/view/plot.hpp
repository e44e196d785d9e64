// A chart on a terminal: a panel a unit, with round values and times at its axes, the means of each
// sensor as a line, the least and the largest values as a band of single dots around it (where a
// panel has few sensors), and gaps as gaps. Pure but for the time zone's rules.
//
// In Unicode a character has 2 by 4 dots (braille patterns), in ASCII it is one. Sensors are told
// apart by colour; without it by letters on their lines, which the legend names.
#pragma once

#include <cstddef>
#include <string>

#include "view/chart.hpp"

namespace isotherm::view {

struct PlotStyle {
  std::size_t width = 80;   // columns; no line is longer, but at least 20 are taken
  std::size_t height = 24;  // lines, of all; more where the panels would get less than 4 rows each
  bool colour = false;      // with ANSI escapes (ECMA-48, SGR)
  bool unicode = true;
  bool utc = false;  // times in UTC, else in local time
};

// Each line ends with a newline.
[[nodiscard]] std::string plot(const Chart& chart, const PlotStyle& style);

}  // namespace isotherm::view
