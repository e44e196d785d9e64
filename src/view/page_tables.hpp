// The tables of a page, in HTML: they are read without a script, too. Internal to view/. Pure.
#pragma once

#include <string>

#include "core/time.hpp"
#include "view/chart.hpp"

namespace isotherm::view {

// A <time> element with the time in UTC; the page's script shows it in the zone that is chosen.
[[nodiscard]] std::string html_time(core::WallTime time);

// One row a sensor: share of good slots, extremes with their times, mean, last, faults, gaps,
// worst lateness.
[[nodiscard]] std::string summary_table(const Chart& chart);

// One row an event, or a sentence where there is none.
[[nodiscard]] std::string event_table(const Chart& chart);

}  // namespace isotherm::view
