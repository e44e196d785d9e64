// A chart as one HTML file for a browser, which fetches nothing from anywhere: zoomable charts with
// bands from the least to the largest value, lateness, marks at events, and tables that need no
// script. The page without its data is log-page.html, made at build time (cmake/log_page.cmake).
#pragma once

#include <string>
#include <string_view>

#include "view/chart.hpp"

namespace isotherm::view {

// Throws SetupError if `page_template` is no such page.
[[nodiscard]] std::string page(const Chart& chart, std::string_view page_template);

}  // namespace isotherm::view
