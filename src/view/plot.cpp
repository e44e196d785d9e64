#include "view/plot.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "view/calendar.hpp"
#include "view/panel.hpp"
#include "view/scale.hpp"
#include "view/words.hpp"

namespace isotherm::view {
namespace {

constexpr std::size_t kLeastWidth = 20;
constexpr std::size_t kLeastRows = 4;   // of a panel's drawing
constexpr std::size_t kPanelLines = 3;  // beside its rows: unit, axis, times
constexpr std::size_t kLeastName = 6;   // columns of a sensor's name in the legend
constexpr std::size_t kMostMarks = 9;   // that are listed: as many as there are digits

Zone zone_of(const PlotStyle& style) { return style.utc ? Zone::Utc : Zone::Local; }

std::string_view cut_of(const PlotStyle& style) { return style.unicode ? "\u2026" : "~"; }

// "a garage 18.2 to 24.1"
std::string legend_words(const Chart& chart, std::size_t index) {
  const ChartLine& line = chart.lines[index];
  std::optional<std::int64_t> lowest;
  std::optional<std::int64_t> highest;
  for (const history::Bucket& bucket : line.buckets) {
    if (bucket.has_statistics && bucket.time >= chart.from && bucket.time < chart.to) {
      lowest = std::min(lowest.value_or(bucket.min_nano), bucket.min_nano);
      highest = std::max(highest.value_or(bucket.max_nano), bucket.max_nano);
    }
  }
  if (!lowest) {
    return ": nothing";
  }
  const auto lowest_value = static_cast<double>(*lowest) / history::kNanoPerUnit;
  const auto highest_value = static_cast<double>(*highest) / history::kNanoPerUnit;
  // Two digits beyond the first that differs, and not more than anybody reads.
  const double step = std::max((highest_value - lowest_value) / 100.0, 1e-3);
  return " " + number_text(lowest_value, step) + " to " + number_text(highest_value, step);
}

// The sensors side by side, as many as a line of the terminal takes.
std::string legend(const Chart& chart, const PlotStyle& style) {
  const std::string letters = letters_of(chart);
  std::string text;
  std::size_t used = 0;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const std::string sign =
        style.colour && style.unicode ? "\u2501\u2501 " : std::string{letters[i], ' '};
    std::string values = legend_words(chart, i);
    if (columns_of(sign) + columns_of(values) + kLeastName > style.width) {
      values.clear();
    }
    const std::size_t around = columns_of(sign) + columns_of(values);
    const std::string name = fitted(chart.lines[i].sensor, style.width - around, cut_of(style));
    const std::size_t needed = columns_of(name) + around;
    const bool new_line = used == 0 || used + 3 + needed > style.width;
    text += used == 0 ? "" : (new_line ? "\n" : "   ");
    text += in_colour_of(i, sign + name, style) + values;
    used = new_line ? needed : used + 3 + needed;
  }
  return text.empty() ? text : text + "\n";
}

std::string in_colour_of_severity(core::Severity severity, const std::string& text,
                                  const PlotStyle& style) {
  if (!style.colour || severity == core::Severity::Info) {
    return text;
  }
  const std::string colour = severity == core::Severity::Error ? "31" : "33";
  return "\x1B[" + colour + "m" + text + "\x1B[0m";
}

std::vector<ChartMark> marks_inside(const Chart& chart) {
  std::vector<ChartMark> marks;
  std::copy_if(
      chart.marks.begin(), chart.marks.end(), std::back_inserter(marks),
      [&chart](const ChartMark& mark) { return mark.time >= chart.from && mark.time < chart.to; });
  return marks;
}

// The numbers of the marks below the last panel; '+' where there are several, or no digits left.
std::string mark_row(const std::vector<ChartMark>& marks, const Chart& chart,
                     const PlotStyle& style, std::size_t axis) {
  std::string row(style.width, ' ');
  const TimeScale scale{chart.from, chart.to, style.width - std::min(style.width, axis)};
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (const auto column = scale.column_of(marks[i].time)) {
      char& place = row[axis + *column];
      place = place == ' ' && i < kMostMarks ? static_cast<char>('1' + static_cast<char>(i)) : '+';
    }
  }
  row.erase(row.find_last_not_of(' ') + 1);
  return row + "\n";
}

std::string mark_list(const std::vector<ChartMark>& marks, const PlotStyle& style,
                      std::size_t most) {
  std::string text;
  const std::size_t shown = std::min(marks.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string line = std::to_string(i + 1) + " " +
                             date_and_time(calendar_time(marks[i].time, zone_of(style))).substr(5) +
                             " " + marks[i].text;
    text +=
        in_colour_of_severity(marks[i].severity, fitted(line, style.width, cut_of(style)), style) +
        "\n";
  }
  if (shown < marks.size()) {
    text += "+ " + std::to_string(marks.size() - shown) + " more\n";
  }
  return text;
}

// "2026-03-28 14:00 to 2026-03-29 14:00 CEST"
std::string range_words(const Chart& chart, const PlotStyle& style) {
  const core::LocalTime from = calendar_time(chart.from, zone_of(style));
  const core::LocalTime to = calendar_time(chart.to, zone_of(style));
  constexpr std::size_t kToMinutes = 16;
  const bool seconds = from.second != 0 || to.second != 0;
  const auto words = [seconds](const core::LocalTime& time) {
    return date_and_time(time).substr(0, seconds ? std::string::npos : kToMinutes);
  };
  const std::string zone = from.zone == to.zone ? from.zone : from.zone + "/" + to.zone;
  return fitted(words(from) + " to " + words(to) + " " + zone, style.width, cut_of(style)) + "\n";
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::string plot(const Chart& chart, const PlotStyle& wanted) {
  PlotStyle style = wanted;
  style.width = std::max(style.width, kLeastWidth);
  const std::vector<Panel> panels = panels_of(chart);
  const std::vector<ChartMark> marks = marks_inside(chart);

  const std::string title =
      chart.title.empty() ? "" : fitted(chart.title, style.width, cut_of(style)) + "\n";
  std::string below = range_words(chart, style) + legend(chart, style);
  // A third of the height is enough for words about marks.
  below += mark_list(marks, style, std::clamp<std::size_t>(style.height / 3, 1, kMostMarks));

  const std::size_t taken =
      lines_of(title) + lines_of(below) + (marks.empty() ? 0 : 1) + panels.size() * kPanelLines;
  const std::size_t left = style.height - std::min(style.height, taken);
  const std::size_t rows = std::max(left / panels.size(), kLeastRows);
  const std::size_t axis = std::min(axis_columns(chart, panels, rows), style.width / 2);

  std::string text = title;
  for (const Panel& panel : panels) {
    text += panel_text(chart, panel, style, {.rows = rows, .axis_columns = axis});
  }
  return text + (marks.empty() ? "" : mark_row(marks, chart, style, axis)) + below;
}

}  // namespace isotherm::view
