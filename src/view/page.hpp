// A chart as one HTML file.
#pragma once

#include <string>

#include "view/chart.hpp"

namespace isotherm::view {

// The whole file.
[[nodiscard]] std::string page(const Chart& chart);

}  // namespace isotherm::view
