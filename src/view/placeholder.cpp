// Placeholders until src/view is merged: drop this file then.
#include "view/page.hpp"
#include "view/plot.hpp"
#include "view/sparkline.hpp"

namespace isotherm::view {

std::string sparkline(const ChartLine& /*line*/, core::WallTime /*from*/, core::WallTime /*to*/,
                      std::size_t /*width*/) {
  return "";
}

std::string plot(const Chart& chart, const PlotStyle& /*style*/) { return chart.title + "\n"; }

std::string page(const Chart& chart) {
  return "<!DOCTYPE html><title>" + chart.title + "</title>\n";
}

}  // namespace isotherm::view
