#include "view/page_tables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/fault.hpp"
#include "view/calendar.hpp"
#include "view/html_text.hpp"
#include "view/line_gaps.hpp"
#include "view/words.hpp"

namespace isotherm::view {
namespace {

using history::Bucket;

constexpr std::string_view kNone = "\u2013";

std::string short_number(double value, int digits) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::general, digits);
  return {text.data(), end.ptr};
}

std::string value_words(double value, const ChartLine& line) {
  return short_number(value, 7) + " " + html_text(unit_sign(line.unit, true));
}

std::string nano_words(std::int64_t nano, const ChartLine& line) {
  return value_words(static_cast<double>(nano) / history::kNanoPerUnit, line);
}

// Of a hundred, rounded down: 100 % is said of all of them only.
std::string good_share(const core::SlotCounts& counts) {
  if (counts.scheduled == 0) {
    return std::string{kNone};
  }
  const double hundredths = std::min(
      1e4, 1e4 * (static_cast<double>(counts.good) / static_cast<double>(counts.scheduled)));
  const auto whole = static_cast<std::uint64_t>(hundredths);
  const std::string rest = std::to_string(100 + whole % 100).substr(1);
  return std::to_string(whole / 100) + (whole % 100 == 0 ? "" : "." + rest) + " %";
}

std::string lateness_words(core::Nanoseconds lateness) {
  constexpr std::array<std::pair<double, std::string_view>, 2> kScales = {
      {{1e9, "s"}, {1e6, "ms"}}};
  const auto ns = static_cast<double>(lateness.count());
  for (const auto& [size, unit] : kScales) {
    if (ns >= size) {
      return short_number(ns / size, 3) + " " + std::string{unit};
    }
  }
  return short_number(ns / 1e3, 3) + " \u00B5s";
}

// "10 crc, 3 missed"
std::string fault_words(const Bucket& total) {
  std::string words;
  const auto add = [&words](std::uint64_t count, std::string_view what) {
    if (count > 0) {
      words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + std::string{what};
    }
  };
  for (std::size_t i = 1; i < total.faults.size(); ++i) {
    add(total.faults.at(i), core::fault_word(static_cast<core::Fault>(i)));
  }
  add(total.counts.missed, "missed");
  add(total.counts.dropped, "dropped");
  return words.empty() ? std::string{kNone} : words;
}

struct LineSummary {
  Bucket total;
  std::size_t gaps = 0;  // stretches without good samples between good ones
};

std::optional<LineSummary> summary_of(const ChartLine& line, const Chart& chart) {
  std::optional<LineSummary> summary;
  const core::Nanoseconds length = bucket_length(line);
  const Bucket* before = nullptr;
  const Bucket* good = nullptr;
  bool torn = false;  // since `good`
  for (const Bucket& bucket : line.buckets) {
    if (bucket.time < chart.from || bucket.time >= chart.to) {
      continue;
    }
    if (summary) {
      history::merge_into(summary->total, bucket);
    } else {
      summary = LineSummary{.total = bucket, .gaps = 0};
    }
    torn = torn || !bucket.has_statistics || (before != nullptr && apart(*before, bucket, length));
    if (bucket.has_statistics) {
      summary->gaps += torn && good != nullptr ? 1 : 0;
      torn = false;
      good = &bucket;
    }
    before = &bucket;
  }
  return summary;
}

std::string cell(std::string_view title, const std::string& html) {
  return "<td data-title=\"" + std::string{title} + "\"><span>" + html + "</span></td>";
}

std::string summary_row(const ChartLine& line, const Chart& chart) {
  std::string row =
      "<tr><th scope=\"row\">" +
      html_text(line.sensor.empty() ? std::string_view{kNone} : std::string_view{line.sensor}) +
      "</th>";
  const auto summary = summary_of(line, chart);
  const bool has_values = summary && summary->total.has_statistics;
  const std::string none{kNone};
  const Bucket total = summary ? summary->total : Bucket{};
  const auto extreme = [&](std::int64_t nano, core::Nanoseconds offset) {
    return nano_words(nano, line) + " " + html_time(total.time + offset);
  };
  row += cell("Good", good_share(total.counts));
  row += cell("Min", has_values ? extreme(total.min_nano, total.min_offset) : none);
  row += cell("Mean", has_values ? value_words(total.mean(), line) : none);
  row += cell("Max", has_values ? extreme(total.max_nano, total.max_offset) : none);
  row += cell("Last", has_values ? nano_words(total.last_nano, line) : none);
  row += cell("Faults", fault_words(total));
  row += cell("Gaps", summary ? std::to_string(summary->gaps) : none);
  row += cell("Latest read", total.lateness ? lateness_words(total.lateness->max) : none);
  return row + "</tr>\n";
}

}  // namespace

std::string html_time(core::WallTime time) {
  return "<time datetime=\"" + iso_utc(time) + "\">" +
         date_and_time(calendar_time(time, Zone::Utc)) + "</time>";
}

std::string summary_table(const Chart& chart) {
  if (chart.lines.empty()) {
    return "<p class=\"note\">There is nothing in the log of this time.</p>";
  }
  std::string html = "<table class=\"summary\">\n<thead><tr>";
  for (const char* title :
       {"Sensor", "Good", "Min", "Mean", "Max", "Last", "Faults", "Gaps", "Latest read"}) {
    html += "<th scope=\"col\">" + std::string{title} + "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const ChartLine& line : chart.lines) {
    html += summary_row(line, chart);
  }
  return html + "</tbody>\n</table>";
}

std::string event_table(const Chart& chart) {
  constexpr std::array<std::string_view, 3> kSeverities = {"info", "warning", "error"};
  if (chart.marks.empty()) {
    return "<p class=\"soft\">None in this time.</p>";
  }
  std::string html =
      "<table class=\"events\">\n<thead><tr><th scope=\"col\">Time</th>"
      "<th scope=\"col\">Severity</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < chart.marks.size(); ++i) {
    const ChartMark& mark = chart.marks[i];
    const std::string severity{kSeverities.at(static_cast<std::size_t>(mark.severity))};
    html += "<tr id=\"event-" + std::to_string(i) + "\" class=\"" + severity + "\"><td>" +
            html_time(mark.time) + "</td><td class=\"severity\">" + severity + "</td><td>" +
            html_text(mark.text) + "</td></tr>\n";
  }
  return html + "</tbody>\n</table>";
}

}  // namespace isotherm::view
