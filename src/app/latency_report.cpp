// The text of `isotherm latency`, and its progress.
#include "app/latency_report.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "app/latency_figures.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"

namespace isotherm::app {
namespace {

using diagnose::ArmResult;

constexpr std::size_t kHistogramColumns = 64;
// How dense a column is, a character for each factor of about 4.2, from a hundred-thousandth of
// all.
constexpr std::string_view kShades = ".:-=+*#@";

// Broken between words into lines that a terminal of the usual width takes: the first one goes on
// behind `first`, the others begin with as many blanks.
std::string wrapped(const std::string& text, const std::string& first = "") {
  constexpr std::size_t kWidth = 98;
  std::string lines;
  std::string line = first;
  bool fresh = true;
  std::istringstream words(text);
  for (std::string word; words >> word; fresh = false) {
    if (!fresh && line.size() + 1 + word.size() > kWidth) {
      lines += line + "\n";
      line.assign(first.size(), ' ');
    } else if (!fresh) {
      line += " ";
    }
    line += word;
  }
  return lines + line + "\n";
}

std::string table_text(const FigureTable& figures) {
  std::vector<TextTable::Column> columns;
  for (const std::string& title : figures.titles) {
    columns.push_back({title, columns.empty() ? Align::Left : Align::Right});
  }
  TextTable table(std::move(columns));
  for (const auto& row : figures.rows) {
    table.add_row(row);
  }
  return table.text();
}

char shade_of(double share) {
  if (share <= 0.0) {
    return ' ';
  }
  constexpr double kDecades = 5.0;  // of shares, from 1e-5 to 1
  const double place = (std::log10(share) + kDecades) / kDecades;
  const auto index = static_cast<std::size_t>(std::max(place, 0.0) * kShades.size());
  return kShades[std::min(index, kShades.size() - 1)];
}

std::string histogram_text(const LatencyReport& report) {
  const LogAxis axis = axis_of(report);
  std::string text;
  for (const ArmResult& arm : report.results.arms) {
    if (!arm.measured()) {
      continue;
    }
    std::string strip;
    for (const double share : columns_of(arm.sum.lateness, axis, kHistogramColumns)) {
      strip += shade_of(share);
    }
    text += fmt::format("{:<13}|{}|\n", arm.arm.name, strip);
  }
  std::string ticks(kHistogramColumns + 2, ' ');
  std::string labels(kHistogramColumns + 12, ' ');
  const int decades = axis.last_decade - axis.first_decade;
  for (int i = 0; i <= decades; ++i) {
    const auto column =
        kHistogramColumns * static_cast<std::size_t>(i) / static_cast<std::size_t>(decades);
    ticks[column + (i == decades ? 1 : 0)] = '+';
    const std::string words = decade_words(axis.first_decade + i);
    labels.replace(column, words.size(), words);
  }
  labels.erase(labels.find_last_not_of(' ') + 1);
  ticks.erase(ticks.find_last_not_of(' ') + 1);
  return text + fmt::format("{:<13}{}\n{:<13}{}\n", "", ticks, "", labels);
}

std::string system_text(const LatencyReport& report) {
  std::string text;
  for (const auto& [name, value] : system_figures(report)) {
    text += fmt::format("{:<14} {}\n", name, value);
  }
  return text;
}

std::string not_measured_text(const LatencyReport& report) {
  std::string text;
  for (const ArmResult& arm : report.results.arms) {
    const std::string name = fmt::format("{:<13} ", arm.arm.name);
    if (const auto why = why_not_measured(arm)) {
      text += wrapped("not measured: " + *why, name);
    } else if (arm.failed > 0) {
      text += wrapped(fmt::format("{} blocks failed: {}", arm.failed, arm.failure), name);
    }
  }
  return text;
}

}  // namespace

std::optional<std::string> why_not_measured(const ArmResult& arm) {
  if (arm.measured()) {
    return std::nullopt;
  }
  if (arm.arm.obstacle) {
    return arm.arm.obstacle;
  }
  return arm.failed > 0 ? arm.failure : "the measurement ended before its first block was over";
}

std::string latency_text(const LatencyReport& report) {
  std::string text = system_text(report);
  if (report.results.interrupted) {
    text += fmt::format("\nended early, after {} of {} rounds\n", report.results.rounds_done,
                        report.results.rounds);
  }
  for (const std::string& trouble : report.load_troubles) {
    text += "\n" + trouble + "\n";
  }
  if (report.results.any_measured()) {
    text += "\nHow late the thread woke up:\n\n" + table_text(lateness_table(report)) + "\n";
    if (const std::string missed = missed_words(report); !missed.empty()) {
      text += missed + "\n\n";
    }
    for (const ArmResult& arm : report.results.arms) {
      if (arm.measured()) {
        text += fmt::format("{:<13} {}\n", arm.arm.name, arm.arm.title);
      }
    }
  }
  if (const std::string missing = not_measured_text(report); !missing.empty()) {
    text += "\n" + missing;
  }
  if (!report.results.any_measured()) {
    return text;
  }
  text += "\nHistogram, from . (a hundred-thousandth of all) to @ (nearly all):\n\n" +
          histogram_text(report);
  text += "\nCounted:\n\n" + table_text(cost_table(report)) + wrapped(kCostWords);
  if (!report.counters_problem.empty()) {
    text += wrapped("Instructions and cache misses are not counted: " + report.counters_problem);
  }
  if (!report.results.ratios.empty()) {
    text += "\nRatios of lateness:\n\n" + table_text(ratio_table(report)) +
            wrapped(spread_words(report));
  }
  return text;
}

std::vector<LiveReader> latency_live(const diagnose::LatencyProgress& progress,
                                     const diagnose::BlockShape& shape, core::Nanoseconds elapsed) {
  std::vector<LiveReader> lines;
  for (const ArmResult& arm : progress.results->arms) {
    const std::string cores = arm.arm.cores.text();
    if (arm.arm.obstacle || cores.empty()) {
      continue;
    }
    auto line = std::find_if(lines.begin(), lines.end(),
                             [&cores](const LiveReader& one) { return one.cores == cores; });
    if (line == lines.end()) {
      lines.push_back({.name = "", .cores = cores, .slot_limit = std::nullopt, .temperatures = {}});
      line = lines.end() - 1;
    }
    line->slots += arm.sum.measured;
    line->missed += arm.sum.missed.value_or(0);
    line->late_max = std::max(line->late_max, arm.sum.lateness.max());
    if (!progress.trial) {
      line->slot_limit = line->slot_limit.value_or(0) + progress.results->rounds * shape.slots;
    }
    if (&arm.arm == progress.now) {
      line->name = arm.arm.name;
      const auto running = static_cast<std::uint64_t>(elapsed / shape.period);
      line->slots += progress.trial ? 0 : std::min(running, shape.slots);
    }
  }
  return lines;
}

}  // namespace isotherm::app
