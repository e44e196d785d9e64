// The figures of a measurement of latency in the form in which both the text and the page tell
// them. Internal to the reports.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/latency_report.hpp"

namespace isotherm::app {

// A table: the first column names an arm, all others are figures.
struct FigureTable {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;
};

[[nodiscard]] FigureTable lateness_table(const LatencyReport& report);
[[nodiscard]] FigureTable cost_table(const LatencyReport& report);
inline constexpr const char* kCostWords =
    "Context switches (voluntary: it slept; involuntary: another thread took its core), moves to "
    "another core, page faults (minor: served from memory; major: waited for a disk), and, for "
    "each "
    "slot, instructions and cache misses.";
[[nodiscard]] FigureTable ratio_table(const LatencyReport& report);

// Whose quantiles are too good, because slots that were missed have no lateness; "" for nobody's.
[[nodiscard]] std::string missed_words(const LatencyReport& report);

// The system's facts: what, and what it is.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> system_figures(
    const LatencyReport& report);

// What the ratios' spread is, for the number of rounds there are.
[[nodiscard]] std::string spread_words(const LatencyReport& report);

// The logarithmic axis of the histograms, which all arms share: from a power of ten to another.
struct LogAxis {
  int first_decade = 3;  // 10^3 ns
  int last_decade = 6;

  // 0 at the left end, 1 at the right one.
  [[nodiscard]] double position(double nanoseconds) const;
};
[[nodiscard]] LogAxis axis_of(const LatencyReport& report);
// The share of all wake-ups in each of `columns` equal steps of the axis.
[[nodiscard]] std::vector<double> columns_of(const core::Histogram& lateness, const LogAxis& axis,
                                             std::size_t columns);
// "10 us" of 4.
[[nodiscard]] std::string decade_words(int decade);

}  // namespace isotherm::app
