// `isotherm report --html`: one page for a browser, with nothing to fetch.
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/capture_report.hpp"
#include "app/capture_report_page.hpp"
#include "app/page_top.hpp"
#include "app/words.hpp"
#include "view/html_text.hpp"

namespace isotherm::app {
namespace {

using analyse::SensorReport;

constexpr double kPlotWidth = 1000.0;  // of a drawing's own coordinates; it is stretched
constexpr double kPlotHeight = 300.0;
constexpr std::size_t kBarsMax = 120;
constexpr std::size_t kPlotColumns = 300;

// What stands about a drawing: its title, both ends of both axes, a sentence below it.
struct Frame {
  std::string title;
  std::string top;
  std::string bottom;
  std::string left;
  std::string right;
  std::string caption;
};

std::string figure_html(const Frame& frame, const std::string& drawing) {
  return fmt::format(
      "<figure><h3>{0}</h3><div class=\"plot\"><div class=\"y\"><span>{1}</span><span>{2}</span>"
      "</div><svg viewBox=\"0 0 {3:.0f} {4:.0f}\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"{0}\">{5}</svg><div class=\"x\"><span>{6}</span><span>{7}</span></div></div>"
      "<figcaption>{8}</figcaption></figure>\n",
      view::html_text(frame.title), frame.top, frame.bottom, kPlotWidth, kPlotHeight, drawing,
      frame.left, frame.right, view::html_text(frame.caption));
}

std::string upright(const char* kind, double x) {
  return fmt::format("<line class=\"{0}\" x1=\"{1:.1f}\" x2=\"{1:.1f}\" y1=\"0\" y2=\"{2:.0f}\"/>",
                     kind, x, kPlotHeight);
}

// Of so many bars the one that has `place`. No number converts to an integer that it does not fit
// into, and neither does NaN: both come of values that are too far apart for a double.
std::size_t bar_at(double place, std::size_t bars) {
  return place < static_cast<double>(bars) ? static_cast<std::size_t>(std::max(place, 0.0))
                                           : bars - 1;
}

// Values over an equal division of their range; a bar is at least visible.
std::string histogram_html(const SensorReport& sensor) {
  const analyse::ValueFigures& values = *sensor.values;
  if (values.counts.empty()) {
    return "";
  }
  const double resolution = values.resolution > 0.0 ? values.resolution : 1e-3;
  const double span = values.max - values.min + resolution;
  const double steps = std::max(1.0, std::round(span / resolution));
  const double width = std::ceil(steps / static_cast<double>(kBarsMax)) * resolution;
  const std::size_t bars = bar_at(std::ceil(span / width) - 1.0, kBarsMax) + 1;
  std::vector<std::uint64_t> counts(bars);
  for (const analyse::ValueCount& one : values.counts) {
    const double place = (one.value - values.min + resolution / 2.0) / width;
    counts[bar_at(place, bars)] += one.count;
  }
  const auto most = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
  const double step = kPlotWidth / static_cast<double>(bars);
  std::string drawing;
  for (std::size_t i = 0; i < bars; ++i) {
    if (counts[i] > 0) {
      const double height =
          std::max(static_cast<double>(counts[i]) / most * (kPlotHeight - 10.0), 2.0);
      drawing +=
          fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                      static_cast<double>(i) * step, kPlotHeight - height, step * 0.92, height);
    }
  }
  return figure_html(
      {.title = "Values",
       .top = fmt::format("{:.3g}", most),
       .bottom = "0",
       .left = celsius_words(values.min),
       .right = celsius_words(values.max) + " " + view::html_text(sensor.unit),
       .caption = fmt::format("How often each value was read, in steps of {:.4g}.", width)},
      drawing);
}

struct LogRange {
  double low = 0.0;
  double high = 0.0;

  [[nodiscard]] double position(double value) const {
    return high > low ? std::log(value / low) / std::log(high / low) : 0.5;
  }
};

// The powers of ten within it.
std::vector<double> decades_in(const LogRange& range) {
  std::vector<double> decades;
  const int last = static_cast<int>(std::floor(std::log10(range.high)));
  for (int i = static_cast<int>(std::ceil(std::log10(range.low))); i <= last; ++i) {
    decades.push_back(std::pow(10.0, i));
  }
  return decades;
}

using Points = std::vector<std::pair<double, double>>;

// A line through points above 0, both axes logarithmic, with a line for each decade.
std::string log_plot(const Points& points, const LogRange& x, const LogRange& y) {
  std::string drawing;
  for (const double decade : decades_in(x)) {
    drawing += upright("decade", x.position(decade) * kPlotWidth);
  }
  for (const double decade : decades_in(y)) {
    const double at = (1.0 - y.position(decade)) * kPlotHeight;
    drawing += fmt::format("<line x1=\"0\" x2=\"{:.0f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", kPlotWidth,
                           at, at);
  }
  drawing += "<polyline points=\"";
  for (const auto& [at, value] : points) {
    drawing += fmt::format("{:.1f},{:.1f} ", x.position(at) * kPlotWidth,
                           (1.0 - y.position(value)) * kPlotHeight);
  }
  return drawing + "\"/>";
}

LogRange range_of_values(const Points& points) {
  LogRange range{points.front().second, points.front().second};
  for (const auto& point : points) {
    range.low = std::min(range.low, point.second);
    range.high = std::max(range.high, point.second);
  }
  constexpr double kRoom = 1.2;
  return {range.low / kRoom, range.high * kRoom};
}

std::string allan_html(const SensorReport& sensor) {
  Points points;
  const double interval = std::chrono::duration<double>(sensor.interval).count();
  for (const auto& point : sensor.allan) {
    if (point.deviation > 0.0) {
      points.emplace_back(static_cast<double>(point.intervals) * interval, point.deviation);
    }
  }
  if (points.size() < 2) {
    return "";
  }
  const LogRange x{points.front().first, points.back().first};
  const LogRange y = range_of_values(points);
  const auto seconds = [](double time) {
    return duration_words(core::Nanoseconds{static_cast<std::int64_t>(time * 1e9)});
  };
  return figure_html({.title = "Allan deviation",
                      .top = fmt::format("{:.2g}", y.high),
                      .bottom = fmt::format("{:.2g}", y.low),
                      .left = seconds(x.low),
                      .right = seconds(x.high),
                      .caption = "How much averages over a time differ from one to the next. Where "
                                 "it falls, averaging helps; where it rises, drift takes over. "
                                 "Both axes are logarithmic."},
                     log_plot(points, x, y));
}

std::string spectrum_html(const SensorReport& sensor) {
  if (!sensor.spectrum || sensor.spectrum->density.size() < 3) {
    return "";
  }
  const analyse::Spectrum& spectrum = *sensor.spectrum;
  const double first = spectrum.resolution_hz;
  const LogRange x{first, first * static_cast<double>(spectrum.density.size() - 1)};
  // Where several frequencies fall into one column, the largest stays: a peak must not vanish.
  Points points;
  std::size_t column = kPlotColumns;
  for (std::size_t i = 1; i < spectrum.density.size(); ++i) {
    const double density = spectrum.density[i];
    const double frequency = first * static_cast<double>(i);
    const auto here =
        static_cast<std::size_t>(x.position(frequency) * static_cast<double>(kPlotColumns - 1));
    if (density <= 0.0) {
      continue;
    }
    if (here != column) {
      points.emplace_back(frequency, density);
      column = here;
    } else if (density > points.back().second) {
      points.back() = {frequency, density};
    }
  }
  if (points.size() < 2) {
    return "";
  }
  const LogRange y = range_of_values(points);
  std::string mark;
  std::string caption = "Amplitude per root hertz over frequency, both logarithmic.";
  if (spectrum.peak) {
    mark = upright("mark", x.position(std::max(spectrum.peak->frequency_hz, x.low)) * kPlotWidth);
    caption += fmt::format(
        " The dashed line is the peak: {:.4g} Hz, amplitude {:.3g} {}, {:.3g} "
        "times the power around it.",
        spectrum.peak->frequency_hz, spectrum.peak->amplitude, sensor.unit,
        spectrum.peak->prominence);
  }
  return figure_html({.title = "Spectrum",
                      .top = fmt::format("{:.2g}", y.high),
                      .bottom = fmt::format("{:.2g}", y.low),
                      .left = fmt::format("{:.3g} Hz", x.low),
                      .right = fmt::format("{:.3g} Hz", x.high),
                      .caption = caption},
                     mark + log_plot(points, x, y));
}

std::string lateness_html(const SensorReport& sensor) {
  if (!sensor.lateness || sensor.lateness->max.count() <= 0) {
    return "";
  }
  const analyse::LatenessFigures& lateness = *sensor.lateness;
  const double low =
      std::max(1.0, static_cast<double>(lateness.histogram.quantile(0.0).count()) / 2.0);
  const LogRange x{low, std::max(static_cast<double>(lateness.max.count()), low * 2.0)};
  constexpr std::size_t kColumns = 150;
  std::vector<double> shares(kColumns);
  for (std::size_t i = 0; i < core::histogram_buckets::kCount; ++i) {
    if (const std::uint64_t count = lateness.histogram.bucket(i); count > 0) {
      const double at = static_cast<double>(core::histogram_buckets::upper_edge(i));
      const double place = std::clamp(x.position(std::max(at, low)), 0.0, 1.0);
      shares[static_cast<std::size_t>(place * static_cast<double>(kColumns - 1))] +=
          static_cast<double>(count) / static_cast<double>(lateness.samples);
    }
  }
  std::string drawing;
  constexpr double kDecades = 8.0;
  constexpr double kStep = kPlotWidth / static_cast<double>(kColumns);
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (shares[i] > 0.0) {
      const double height =
          std::max(kPlotHeight * (std::log10(shares[i]) + kDecades) / kDecades, 3.0);
      drawing += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                             static_cast<double>(i) * kStep, kPlotHeight - height, kStep, height);
    }
  }
  drawing += upright("mark", x.position(static_cast<double>(lateness.p99.count())) * kPlotWidth);
  return figure_html(
      {.title = "Lateness",
       .top = "all",
       .bottom = "1e-8",
       .left = duration_words(core::Nanoseconds{static_cast<std::int64_t>(x.low)}),
       .right = duration_words(core::Nanoseconds{static_cast<std::int64_t>(x.high)}),
       .caption = "Share of samples by how late they were read, both axes logarithmic; the dashed "
                  "line is p99 (" +
                  duration_words(lateness.p99) + ")."},
      drawing);
}

std::string fact(std::string_view name, const std::string& value) {
  return "<div><dt>" + view::html_text(name) + "</dt><dd>" + view::html_text(value) +
         "</dd></div>\n";
}

std::string sensor_facts(const SensorReport& sensor) {
  const analyse::SampleCounts& counts = sensor.counts;
  std::string html = "<dl>\n" + fact("good", std::to_string(counts.good));
  if (counts.not_finite > 0) {
    html += fact("no number", std::to_string(counts.not_finite));
  }
  html += fact("faulty", std::to_string(counts.faulty));
  html += fact("missed", std::to_string(counts.missed));
  html += fact("dropped", std::to_string(counts.dropped));
  html += fact("lost", std::to_string(counts.lost));
  if (counts.faulty > 0) {
    html += fact("faults", fault_words(sensor.faults));
  }
  if (sensor.values) {
    const analyse::ValueFigures& values = *sensor.values;
    html += fact("min", celsius_words(values.min)) + fact("mean", celsius_words(values.mean));
    html += fact("max", celsius_words(values.max));
    html += fact("min at", second_words(values.min_time));
    html += fact("max at", second_words(values.max_time));
    if (values.deviation) {
      html += fact("standard deviation", fmt::format("{:.4g}", *values.deviation));
    }
  }
  if (sensor.drift_per_hour) {
    html += fact("drift an hour", fmt::format("{:.4g}", *sensor.drift_per_hour));
  }
  html += fact("longest equal", fmt::format("{} samples, {}", sensor.equal.longest_samples,
                                            duration_words(sensor.equal.longest_time)));
  html += fact("stuck stretches", std::to_string(sensor.equal.stretches));
  html += fact("spike stretches", std::to_string(sensor.spikes.stretches));
  if (sensor.lateness) {
    html += fact("late p50", duration_words(sensor.lateness->p50));
    html += fact("late p99.9", duration_words(sensor.lateness->p999));
    html += fact("latest", duration_words(sensor.lateness->max));
  }
  return html + "</dl>\n";
}

std::string sensor_html(const SensorReport& sensor) {
  std::string html =
      fmt::format("<h2>{} <span class=\"soft\">{}, {}</span></h2>\n", view::html_text(sensor.name),
                  rate_words(sensor.interval), view::html_text(sensor.unit));
  if (sensor.runs > 0) {
    html += fmt::format("<p class=\"soft\">{} to {}, {} run{}</p>\n", second_words(sensor.first),
                        second_words(sensor.last), sensor.runs, sensor.runs == 1 ? "" : "s");
  }
  html += sensor_facts(sensor) + "<div class=\"charts\">\n";
  if (sensor.values) {
    html += histogram_html(sensor) + allan_html(sensor) + spectrum_html(sensor);
  }
  return html + lateness_html(sensor) + "</div>\n";
}

}  // namespace

std::string capture_report_html(const CaptureReport& report) {
  std::string html = std::string{kPageTop} + std::string{kReportPageHead};
  html += "<title>isotherm report</title>\n</head>\n<body>\n<h1>What the captures say</h1>\n";
  html += fmt::format("<p class=\"soft\">isotherm {}; {} samples of {} sensor{} in {} file{}</p>\n",
                      view::html_text(report.version), report.samples, report.sensors.size(),
                      report.sensors.size() == 1 ? "" : "s", report.files.size(),
                      report.files.size() == 1 ? "" : "s");
  for (const UnreadPlace& place : report.unread) {
    html += "<p class=\"note\">" + view::html_text(unread_words(place)) + "</p>\n";
  }
  for (const SensorReport& sensor : report.sensors) {
    html += sensor_html(sensor);
  }
  return html + std::string{kReportPageEnd};
}

}  // namespace isotherm::app
