// `isotherm latency --html`: one page for a browser, with nothing to fetch.
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "app/latency_figures.hpp"
#include "app/latency_page.hpp"
#include "app/latency_report.hpp"
#include "app/page_top.hpp"
#include "app/words.hpp"
#include "view/html_text.hpp"

namespace isotherm::app {
namespace {

using diagnose::ArmResult;

constexpr std::size_t kColumns = 200;
constexpr double kWidth = 1000.0;  // of a drawing's own coordinates; it is stretched
constexpr double kHeight = 100.0;

std::string table_html(const FigureTable& table) {
  std::string html = "<table>\n<thead><tr>";
  for (const std::string& title : table.titles) {
    html += "<th scope=\"col\">" + view::html_text(title) + "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      html += fmt::format("<td data-title=\"{}\"><span>{}</span></td>",
                          view::html_text(table.titles[i]), view::html_text(row[i]));
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n";
}

// So tall that a single wake-up among millions can still be seen: by the logarithm of the share.
double height_of(double share) {
  constexpr double kDecades = 6.0;
  return std::max(kHeight * (std::log10(share) + kDecades) / kDecades, 2.0);
}

std::string bars_svg(const ArmResult& arm, const LogAxis& axis) {
  std::string svg;
  const std::vector<double> shares = columns_of(arm.sum.lateness, axis, kColumns);
  constexpr double kStep = kWidth / static_cast<double>(kColumns);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] > 0.0) {
      const double height = height_of(shares[i]);
      svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                         static_cast<double>(i) * kStep, kHeight - height, kStep, height);
    }
  }
  return svg;
}

std::string line_svg(const char* kind, double position) {
  return fmt::format("<line class=\"{0}\" x1=\"{1:.1f}\" x2=\"{1:.1f}\" y1=\"0\" y2=\"{2:.0f}\"/>",
                     kind, position * kWidth, kHeight);
}

std::string arm_html(const ArmResult& arm, const LogAxis& axis) {
  const core::Histogram& lateness = arm.sum.lateness;
  const auto words = [&lateness](double fraction) {
    return duration_words(lateness.quantile(fraction));
  };
  std::string html = fmt::format(
      "<div class=\"arm\"><h3>{}</h3> <span class=\"soft\">{}</span>"
      "<span class=\"facts\">p50 {}, p99 {}, p99.9 {}, max {}</span>\n"
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" preserveAspectRatio=\"none\" role=\"img\" "
      "aria-label=\"histogram of {}\">",
      view::html_text(arm.arm.name), view::html_text(arm.arm.title), words(0.5), words(0.99),
      words(0.999), duration_words(lateness.max()), kWidth, kHeight, view::html_text(arm.arm.name));
  for (int decade = axis.first_decade; decade <= axis.last_decade; ++decade) {
    html += line_svg("decade", axis.position(std::pow(10.0, decade)));
  }
  html += bars_svg(arm, axis);
  for (const auto& [kind, fraction] :
       {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}, std::pair{"p999", 0.999}}) {
    html += line_svg(kind, axis.position(static_cast<double>(lateness.quantile(fraction).count())));
  }
  html += "</svg>\n<div class=\"axis\">";
  for (int decade = axis.first_decade; decade <= axis.last_decade; ++decade) {
    html += fmt::format("<span style=\"left:{:.2f}%\">{}</span>",
                        100.0 * axis.position(std::pow(10.0, decade)), decade_words(decade));
  }
  return html + "</div></div>\n";
}

std::string head_html(const LatencyReport& report) {
  std::string html = fmt::format(
      "<title>isotherm latency: {0}</title>\n</head>\n<body>\n<h1>How late a reader wakes up on "
      "{0}</h1>\n<p class=\"soft\">isotherm {1}, {2}, core {3} at {4}, {5} rounds; load: {6}</p>\n",
      view::html_text(report.kernel.hostname), view::html_text(report.version),
      view::html_text(report.date), report.core, rate_words(report.shape.period),
      report.results.rounds_done,
      report.load.empty() ? "none of its own" : view::html_text(report.load));
  if (report.results.interrupted) {
    html += fmt::format("<p class=\"note\">Ended early, after {} of {} rounds.</p>\n",
                        report.results.rounds_done, report.results.rounds);
  }
  for (const std::string& trouble : report.load_troubles) {
    html += "<p class=\"note\">" + view::html_text(trouble) + "</p>\n";
  }
  if (report.facts.hypervisor) {
    html +=
        "<p class=\"note\">This is a virtual machine: what its host does shows in every arm. The "
        "ratios tell something, the times do not.</p>\n";
  }
  return html;
}

std::string histograms_html(const LatencyReport& report) {
  std::string html =
      "<h2>Histograms</h2>\n<p>Lateness on a logarithmic axis, the same for all. The height of a "
      "bar is logarithmic, too, so that one late wake-up among millions can be seen. The dotted "
      "line is the median, the dashed one p99, the solid one p99.9.</p>\n";
  const LogAxis axis = axis_of(report);
  for (const ArmResult& arm : report.results.arms) {
    if (arm.measured()) {
      html += arm_html(arm, axis);
    }
  }
  return html;
}

std::string not_measured_html(const LatencyReport& report) {
  std::string list;
  for (const ArmResult& arm : report.results.arms) {
    if (const auto why = why_not_measured(arm)) {
      list +=
          "<dt>" + view::html_text(arm.arm.name) + "</dt><dd>" + view::html_text(*why) + "</dd>\n";
    } else if (arm.failed > 0) {
      list += fmt::format("<dt>{}</dt><dd>{} blocks failed: {}</dd>\n",
                          view::html_text(arm.arm.name), arm.failed, view::html_text(arm.failure));
    }
  }
  return list.empty() ? "" : "<h2>Not measured</h2>\n<dl>\n" + list + "</dl>\n";
}

std::string system_html(const LatencyReport& report) {
  std::string html = "<h2>The system</h2>\n<dl>\n";
  for (const auto& [name, value] : system_figures(report)) {
    html += "<dt>" + view::html_text(name) + "</dt><dd>" + view::html_text(value) + "</dd>\n";
  }
  return html + "</dl>\n";
}

}  // namespace

std::string latency_html(const LatencyReport& report) {
  std::string html = std::string{kPageTop} + std::string{kPageHead} + head_html(report);
  if (report.results.any_measured()) {
    html += "<h2>Lateness</h2>\n" + table_html(lateness_table(report));
    if (const std::string missed = missed_words(report); !missed.empty()) {
      html += "<p class=\"soft\">" + view::html_text(missed) + "</p>\n";
    }
    html += histograms_html(report);
    if (!report.results.ratios.empty()) {
      html += "<h2>Ratios of lateness</h2>\n<p>" + view::html_text(spread_words(report)) +
              "</p>\n" + table_html(ratio_table(report));
    }
    html += "<h2>What the kernel and the processor counted</h2>\n<p>" +
            view::html_text(kCostWords) + "</p>\n";
    if (!report.counters_problem.empty()) {
      html += "<p>Instructions and cache misses are not counted: " +
              view::html_text(report.counters_problem) + ".</p>\n";
    }
    html += table_html(cost_table(report));
  }
  return html + not_measured_html(report) + system_html(report) + std::string{kPageEnd};
}

}  // namespace isotherm::app
