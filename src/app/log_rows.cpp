#include "app/log_rows.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

#include "app/log_question.hpp"
#include "app/words.hpp"
#include "core/json_text.hpp"
#include "core/row_format.hpp"

namespace isotherm::app {
namespace {

constexpr std::size_t kNameWidthMin = 6;  // "sensor"

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::size_t when_width(const LogOptions& options) {
  return (options.every ? when_words(options, {}) : exact_when_words(options, {})).size();
}

// Why slots have no good value, and what of the time: "crc:2 missed:1 clock unsynced".
std::string reason_words(const core::Row& row) {
  std::string words = not_good_words(row.counts, row.faults);
  if (row.clock != core::ClockState::Synced) {
    words += (words.empty() ? "clock " : " clock ") + std::string(core::clock_word(row.clock));
  }
  return words;
}

}  // namespace

LogRowPrinter::LogRowPrinter(const LogOptions& options,
                             std::span<const history::SensorEntry> sensors)
    : options_(options), name_width_(kNameWidthMin) {
  for (const history::SensorEntry& sensor : sensors) {
    name_width_ = std::max(name_width_, sensor.name.size());
  }
}

std::string LogRowPrinter::begin(const history::TimeRange& range) const {
  switch (options_.form) {
    case LogForm::Table:
      return fmt::format("{:<{}}  {:<{}}  {:>13}  {:>10}  {:>10}  {:>10}  {:>10}  {:>8}  {}\n",
                         "time", when_width(options_), "sensor", name_width_, "good", "min", "mean",
                         "max", "last", "late max", "not good");
    case LogForm::Csv:
      return std::string(core::kCsvHeader);
    case LogForm::JsonLines:
      return "";
    case LogForm::Json:
      return "{\n\"from\": \"" + time_words(range.from) + "\",\n\"to\": \"" + time_words(range.to) +
             "\",\n\"rows\": [\n";
  }
  return "";
}

std::string LogRowPrinter::row(const core::Row& row) {
  const bool first = std::exchange(first_, false);
  switch (options_.form) {
    case LogForm::Table:
      return table_line(row);
    case LogForm::Csv:
      return core::format_csv(row) + "\n";
    case LogForm::JsonLines:
      return core::format_json(row) + "\n";
    case LogForm::Json:
      return (first ? "" : ",\n") + core::format_json(row);
  }
  return "";
}

std::string LogRowPrinter::end() const {
  return options_.form == LogForm::Json ? (first_ ? "]\n}\n" : "\n]\n}\n") : "";
}

std::string LogRowPrinter::table_line(const core::Row& row) const {
  const auto value = [&row](double core::WindowStatistics::*member) {
    return row.statistics ? value_words((*row.statistics).*member) : std::string("-");
  };
  std::string line = fmt::format(
      "{}  {}  {:>13}  {:>10}  {:>10}  {:>10}  {:>10}  {:>8}  {}",
      options_.every ? when_words(options_, row.time) : exact_when_words(options_, row.time),
      padded(row.sensor, name_width_), fmt::format("{}/{}", row.counts.good, row.counts.scheduled),
      value(&core::WindowStatistics::min), value(&core::WindowStatistics::mean),
      value(&core::WindowStatistics::max), value(&core::WindowStatistics::last),
      row.lateness ? duration_words(row.lateness->max) : "-", reason_words(row));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

void print_log_rows(const LogQuestion& question) {
  query::Steps steps = steps_asked_for(question.options);
  const history::TimeRange range = steps.whole(question.range);
  LogRowPrinter printer(question.options, question.sensors);
  bool more = question.output.put(printer.begin(range));
  if (more) {
    question.source.each(
        question.sensors, range, steps, [&](std::size_t sensor, const history::Bucket& bucket) {
          more = question.output.put(
              printer.row(row_of(question.sensors[sensor], bucket, !steps.merging())));
          return more;
        });
  }
  question.output.put(printer.end());
}

}  // namespace isotherm::app
