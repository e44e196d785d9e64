// One panel of a plot: all sensors of one unit over a common value axis. Internal to view/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "view/plot.hpp"

namespace isotherm::view {

struct Panel {
  std::string unit;
  std::vector<std::size_t> lines;  // of Chart::lines
};

// A panel a unit, in the order in which the units appear.
[[nodiscard]] std::vector<Panel> panels_of(const Chart& chart);

// '*' for a single sensor, else a, b, c, ...; one for each of the chart's lines.
[[nodiscard]] std::string letters_of(const Chart& chart);

// `text` in the colour of a line, or as it is where the style has no colour.
[[nodiscard]] std::string in_colour_of(std::size_t line, const std::string& text,
                                       const PlotStyle& style);

// Columns left of the drawing: value labels and the axis. The same for all panels of a chart, so
// that their times stand below each other.
[[nodiscard]] std::size_t axis_columns(const Chart& chart, const std::vector<Panel>& panels,
                                       std::size_t rows);

struct PanelPlace {
  std::size_t rows = 0;          // of the drawing alone
  std::size_t axis_columns = 0;  // left of it
};

// The unit, `rows` lines of drawing, the axis and the line of times below it.
[[nodiscard]] std::string panel_text(const Chart& chart, const Panel& panel, const PlotStyle& style,
                                     const PanelPlace& place);

}  // namespace isotherm::view
