#include "view/panel.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>

#include "view/dot_canvas.hpp"
#include "view/line_gaps.hpp"
#include "view/scale.hpp"
#include "view/time_ticks.hpp"
#include "view/words.hpp"

namespace isotherm::view {
namespace {

using history::Bucket;
using Stroke = DotCanvas::Stroke;

constexpr std::size_t kMostBands = 3;  // more sensors than that, and bands hide the lines
constexpr std::size_t kRowsBetweenTicks = 2;
constexpr std::size_t kLetterDistance = 16;  // columns between the letters on a line
constexpr std::string_view kNothing = "no good samples in this time";

bool inside(const Bucket& bucket, const Chart& chart) {
  return bucket.has_statistics && bucket.time >= chart.from && bucket.time < chart.to;
}

double in_units(std::int64_t nano) { return static_cast<double>(nano) / history::kNanoPerUnit; }

bool has_bands(const Panel& panel) { return panel.lines.size() <= kMostBands; }

// Nothing where no line has a good sample.
std::optional<ValueScale> value_scale(const Chart& chart, const Panel& panel, std::size_t rows) {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (const std::size_t index : panel.lines) {
    for (const Bucket& bucket : chart.lines[index].buckets) {
      if (inside(bucket, chart)) {
        const double mean = bucket.mean();
        const bool band = has_bands(panel);
        lowest = std::min(lowest, band ? in_units(bucket.min_nano) : mean);
        highest = std::max(highest, band ? in_units(bucket.max_nano) : mean);
      }
    }
  }
  if (lowest > highest) {
    return std::nullopt;
  }
  return ValueScale{lowest, highest, rows};
}

std::size_t tick_count(std::size_t rows) {
  return std::max<std::size_t>(rows / kRowsBetweenTicks, 1);
}

// Draws one line of a chart: what is needed of it at hand, and the canvas.
class LinePen {
 public:
  LinePen(const Chart& chart, std::size_t index, const ValueScale& values, DotCanvas& canvas)
      : chart_{chart},
        line_{chart.lines[index]},
        index_{index},
        length_{bucket_length(line_)},
        values_{values},
        times_{chart.from, chart.to, canvas.dots_across()},
        canvas_{canvas} {}

  // Every other dot between the extremes, like a chess board.
  void band() {
    for (const Bucket& bucket : line_.buckets) {
      const auto across = times_.columns_of(bucket.time, length_);
      if (!bucket.has_statistics || !across) {
        continue;
      }
      const std::size_t top = values_.row_of(in_units(bucket.max_nano));
      const std::size_t bottom = values_.row_of(in_units(bucket.min_nano));
      for (std::size_t x = across->first; x <= across->last; ++x) {
        for (std::size_t y = top + (top + x) % 2; y <= bottom; y += 2) {
          canvas_.set({.x = x, .y = y}, index_, Stroke::Band);
        }
      }
    }
  }

  void means() {
    const Bucket* before = nullptr;
    for (const Bucket& bucket : line_.buckets) {
      if (!inside(bucket, chart_)) {
        before = nullptr;
        continue;
      }
      const Dot dot = middle_of(bucket);
      if (before != nullptr && !apart(*before, bucket, length_)) {
        canvas_.line(middle_of(*before), dot, index_);
      } else {
        edge(bucket, dot, true);
        if (before != nullptr) {
          edge(*before, middle_of(*before), false);
        }
      }
      before = &bucket;
    }
    if (before != nullptr) {
      edge(*before, middle_of(*before), false);
    }
  }

  // The letter on the line, in every so many columns; those of other lines stand beside it.
  void letters(char letter, std::size_t lines) {
    std::map<std::size_t, std::size_t> rows;  // of the mean, by column
    for (const Bucket& bucket : line_.buckets) {
      if (inside(bucket, chart_)) {
        const Dot dot = middle_of(bucket);
        rows.emplace(canvas_.column_of_dot(dot.x), canvas_.row_of_dot(dot.y));
      }
    }
    const std::size_t shift = index_ * kLetterDistance / std::max<std::size_t>(lines, 1);
    std::optional<std::size_t> last;
    for (const auto& [column, row] : rows) {
      const std::size_t slot =
          (column + kLetterDistance - shift % kLetterDistance) / kLetterDistance;
      if (slot != last) {
        canvas_.put(column, row, letter, index_);
        last = slot;
      }
    }
  }

 private:
  Dot middle_of(const Bucket& bucket) const {
    const auto x =
        times_.column_of(std::min(bucket.time + length_ / 2, chart_.to - core::Nanoseconds{1}));
    return {.x = x.value_or(0), .y = values_.row_of(bucket.mean())};
  }

  // Where a line begins or ends, it reaches to the edge of its bucket.
  void edge(const Bucket& bucket, Dot middle, bool begins) {
    const auto across = times_.columns_of(bucket.time, length_);
    if (across) {
      canvas_.line(middle, {.x = begins ? across->first : across->last, .y = middle.y}, index_);
    }
  }

  const Chart& chart_;
  const ChartLine& line_;
  std::size_t index_;
  core::Nanoseconds length_;
  const ValueScale& values_;
  TimeScale times_;
  DotCanvas& canvas_;
};

DotCanvas drawing(const Chart& chart, const Panel& panel, const PlotStyle& style,
                  const CanvasSize& size) {
  DotCanvas canvas{size, style.unicode};
  const auto values = value_scale(chart, panel, canvas.dots_down());
  if (!values) {
    return canvas;
  }
  if (has_bands(panel)) {
    for (const std::size_t index : panel.lines) {
      LinePen{chart, index, *values, canvas}.band();
    }
  }
  for (const std::size_t index : panel.lines) {
    LinePen{chart, index, *values, canvas}.means();
  }
  if (style.unicode && !style.colour && chart.lines.size() > 1) {
    const std::string letters = letters_of(chart);
    for (const std::size_t index : panel.lines) {
      LinePen{chart, index, *values, canvas}.letters(letters[index], chart.lines.size());
    }
  }
  return canvas;
}

// The labels of the value axis, a text a row; "" where there is none.
std::vector<std::string> value_labels(const Chart& chart, const Panel& panel, std::size_t rows,
                                      std::size_t dots_down) {
  std::vector<std::string> labels(rows);
  if (const auto values = value_scale(chart, panel, dots_down)) {
    for (const ValueTick& tick : values->ticks(tick_count(rows))) {
      labels[values->row_of(tick.value) * rows / dots_down] = tick.text;
    }
  }
  return labels;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string row_text(const DotCanvas& canvas, std::size_t row, std::size_t columns,
                     const std::string& letters, const PlotStyle& style) {
  std::string text;
  std::string run;  // of one owner and stroke, so that an escape is written once
  std::optional<std::size_t> owner;
  const auto flush = [&] {
    text += owner ? in_colour_of(*owner, run, style) : run;
    run.clear();
  };
  for (std::size_t column = 0; column < columns; ++column) {
    const DotCanvas::Character character = canvas.at(column, row, letters);
    if (character.owner != owner) {
      flush();
      owner = character.owner;
    }
    run += character.text;
  }
  flush();
  return text;
}

// The axis with its ticks, and the times below it.
std::string time_axis(const Chart& chart, const PlotStyle& style, const PanelPlace& place,
                      std::size_t columns) {
  std::vector<bool> ticked(columns, false);
  std::string texts(place.axis_columns + columns, ' ');
  std::size_t free = 0;  // of texts, from here on
  const TimeScale scale{chart.from, chart.to, columns};
  for (const TimeTick& tick :
       time_ticks(chart.from, chart.to, columns, style.utc ? Zone::Utc : Zone::Local)) {
    const std::size_t column = scale.column_of(tick.time).value_or(0);
    ticked[column] = true;
    const std::size_t middle = place.axis_columns + column;
    const std::size_t begin = std::min(middle - std::min(middle, tick.text.size() / 2),
                                       texts.size() - std::min(texts.size(), tick.text.size()));
    if (begin >= free && begin + tick.text.size() <= texts.size()) {
      texts.replace(begin, tick.text.size(), tick.text);
      free = begin + tick.text.size() + 1;
    }
  }
  std::string axis(place.axis_columns - 1, ' ');
  axis += style.unicode ? "\u2514" : "+";
  for (const bool tick : ticked) {
    axis += style.unicode ? (tick ? "\u252C" : "\u2500") : (tick ? "+" : "-");
  }
  return axis + "\n" + trimmed(texts);
}

}  // namespace

std::vector<Panel> panels_of(const Chart& chart) {
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const std::string& unit = chart.lines[i].unit;
    auto panel = std::find_if(panels.begin(), panels.end(),
                              [&unit](const Panel& one) { return one.unit == unit; });
    if (panel == panels.end()) {
      panel = panels.insert(panels.end(), {.unit = unit, .lines = {}});
    }
    panel->lines.push_back(i);
  }
  if (panels.empty()) {
    panels.emplace_back();
  }
  return panels;
}

std::string letters_of(const Chart& chart) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (chart.lines.size() == 1) {
    return "*";
  }
  std::string letters;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    letters += kLetters[i % kLetters.size()];
  }
  return letters;
}

std::string in_colour_of(std::size_t line, const std::string& text, const PlotStyle& style) {
  // Cyan, yellow, magenta, green, blue, red, then the bright ones: whatever the terminal's theme
  // makes of them, they differ.
  constexpr std::array kColours = {36, 33, 35, 32, 34, 31, 96, 93, 95, 92, 94, 91};
  if (!style.colour || text.empty()) {
    return text;
  }
  return "\x1B[" + std::to_string(kColours.at(line % kColours.size())) + "m" + text + "\x1B[0m";
}

std::size_t axis_columns(const Chart& chart, const std::vector<Panel>& panels, std::size_t rows) {
  std::size_t widest = 1;
  for (const Panel& panel : panels) {
    for (const std::string& label : value_labels(chart, panel, rows, rows)) {
      widest = std::max(widest, label.size());
    }
  }
  return widest + 2;  // a blank and the axis
}

std::string panel_text(const Chart& chart, const Panel& panel, const PlotStyle& style,
                       const PanelPlace& place) {
  const std::size_t columns = style.width - std::min(style.width - 1, place.axis_columns);
  const DotCanvas canvas = drawing(chart, panel, style, {.columns = columns, .rows = place.rows});
  const std::vector<std::string> labels =
      value_labels(chart, panel, place.rows, canvas.dots_down());
  const bool drawn = value_scale(chart, panel, canvas.dots_down()).has_value();
  const std::string letters = letters_of(chart);
  std::string text = trimmed(fitted(unit_sign(panel.unit, style.unicode), style.width, "~"));
  for (std::size_t row = 0; row < place.rows; ++row) {
    const std::string& label = labels[row];
    const std::size_t indent = place.axis_columns - 2;
    std::string line(indent - std::min(indent, label.size()), ' ');
    line += label.substr(0, indent) + " ";
    line += style.unicode ? (label.empty() ? "\u2502" : "\u2524") : (label.empty() ? "|" : "+");
    line += !drawn && row == place.rows / 2 ? "  " + fitted(kNothing, columns - 2, "~")
                                            : row_text(canvas, row, columns, letters, style);
    text += trimmed(line);
  }
  return text + time_axis(chart, style, place, columns);
}

}  // namespace isotherm::view
