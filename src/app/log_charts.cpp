// `isotherm log --plot` and `--html`: what a chart is made of, and where it goes.
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "app/log_events.hpp"
#include "app/log_question.hpp"
#include "app/page_template.hpp"
#include "core/setup_error.hpp"
#include "os/process.hpp"
#include "os/whole_files.hpp"
#include "view/page.hpp"
#include "view/plot.hpp"

namespace isotherm::app {
namespace {

constexpr unsigned kPlotColumns = 100;
constexpr std::size_t kPlotLines = 24;
// Of a page in all: some 10 MB, which a telephone still shows.
constexpr std::size_t kPageBuckets = 120'000;
constexpr std::size_t kPageBucketsMin = 1000;
constexpr std::size_t kPageBucketsMax = 3000;  // a sensor: more than a wide screen has dots
// More marks than this hide the lines: those that are only for information go first.
constexpr std::size_t kMarksMax = 400;
// An event and the step that it tells of are seen within this.
constexpr core::Nanoseconds kAboutThen = std::chrono::minutes{1};

// The station's clock did not go on as usual.
bool tells_of_clock(const history::StoredEvent& event) {
  return event.kind == "clock_step" || event.kind == "leap_second" || event.kind == "suspended";
}

std::vector<view::ChartMark> marks_of(const LogQuestion& question) {
  std::vector<view::ChartMark> marks;
  const history::TimeRange& range = question.range;
  const auto events = question.source.events({range.from - kAboutThen, range.to + kAboutThen});
  for (const history::StoredEvent& event : events) {
    if (event.time >= range.from && event.time < range.to) {
      marks.push_back(
          {event.time, event.severity, event.kind + " " + event_field_words(event.fields)});
    }
  }
  for (const history::ClockStep& step : question.source.clock_steps(range)) {
    const bool is_told = std::any_of(events.begin(), events.end(), [&](const auto& event) {
      return tells_of_clock(event) && std::chrono::abs(event.time - step.time) <= kAboutThen;
    });
    if (!is_told) {
      marks.push_back({step.time, core::Severity::Warning,
                       fmt::format("clock step of {:+.3f} s",
                                   std::chrono::duration<double>(step.size).count())});
    }
  }
  if (marks.size() > kMarksMax) {
    std::erase_if(
        marks, [](const view::ChartMark& mark) { return mark.severity == core::Severity::Info; });
  }
  std::stable_sort(marks.begin(), marks.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return marks;
}

// As it called itself when it was started last; nothing where that is not known.
std::string station_name(const LogQuestion& question) {
  const auto events = question.source.events({core::WallTime::min(), question.range.to});
  const auto start = std::find_if(events.rbegin(), events.rend(),
                                  [](const auto& event) { return event.kind == "start"; });
  const auto fields = start == events.rend() ? nlohmann::ordered_json() : event_fields(*start);
  const auto name = fields.find("station");
  return name != fields.end() && name->is_string() ? name->get<std::string>() : "";
}

view::Chart chart_of(const LogQuestion& question, std::size_t limit) {
  view::Chart chart;
  chart.title = station_name(question);
  chart.from = question.range.from;
  chart.to = question.range.to;
  history::Series series = question.source.series(question.sensors, question.range, limit);
  for (std::size_t i = 0; i < question.sensors.size(); ++i) {
    if (!series.buckets[i].empty()) {
      chart.lines.push_back({question.sensors[i].name, question.sensors[i].unit, series.step,
                             std::move(series.buckets[i])});
    }
  }
  chart.marks = marks_of(question);
  return chart;
}

// By what the C library calls the character set of the locale, locale(7).
bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      std::string text(value);
      std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      return text.find("utf-8") != std::string::npos || text.find("utf8") != std::string::npos;
    }
  }
  return false;
}

void draw_plot(const LogQuestion& question) {
  view::PlotStyle style;
  style.width = os::terminal_width(os::kStandardOutput, kPlotColumns);
  style.height = kPlotLines;
  // https://no-color.org
  style.colour = os::is_terminal(os::kStandardOutput) && std::getenv("NO_COLOR") == nullptr;
  style.unicode = !os::is_terminal(os::kStandardOutput) || speaks_utf8();
  style.utc = question.options.utc;
  // Two dots a column.
  view::Chart chart = chart_of(question, style.width * 2);
  chart.title += chart.title.empty() ? "" : ", ";
  chart.title += when_words(question.options, question.range.from) + " to " +
                 when_words(question.options, question.range.to);
  question.output.put(view::plot(chart, style));
}

void write_page(const LogQuestion& question) {
  const std::size_t sensors = std::max<std::size_t>(question.sensors.size(), 1);
  const std::size_t limit = std::clamp(kPageBuckets / sensors, kPageBucketsMin, kPageBucketsMax);
  const std::string& path = question.options.html;
  os::PosixWholeFiles files;
  const std::string page = page_template(page_template_paths(os::executable_path()), files);
  const std::string problem = files.replace(path, view::page(chart_of(question, limit), page));
  if (!problem.empty()) {
    throw core::SetupError(core::ExitCode::Io, "cannot be written: " + problem, path,
                           "name a file in a folder that exists and may be written to");
  }
  std::fprintf(stderr, "isotherm: %s written\n", path.c_str());
}

}  // namespace

void draw_log(const LogQuestion& question) {
  if (!question.options.html.empty()) {
    write_page(question);
  }
  if (question.options.plot) {
    draw_plot(question);
  }
}

}  // namespace isotherm::app
