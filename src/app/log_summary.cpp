// `isotherm log` without options: a line a sensor of what there was.
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <map>

#include "app/json.hpp"
#include "app/log_question.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"
#include "core/row_format.hpp"
#include "os/process.hpp"
#include "query/gaps.hpp"
#include "view/sparkline.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using core::WallTime;
using history::Bucket;
using history::TimeRange;
using nlohmann::ordered_json;

constexpr unsigned kUsualColumns = 100;
constexpr std::size_t kSparklineMin = 12;
constexpr std::size_t kSparklineMax = 48;
// Gaps are looked for in steps of this: a year in 9000 of them.
constexpr Nanoseconds kFineRange = std::chrono::hours{24 * 8};

struct SensorAnswer {
  history::SensorEntry sensor;
  std::optional<Bucket> total;
  std::vector<Bucket> steps;
  std::vector<query::Gap> gaps;
  Nanoseconds missing{0};
};

struct Answer {
  Nanoseconds step{0};
  std::vector<SensorAnswer> sensors;
  std::array<std::size_t, core::kSeverityCount> events{};
};

Answer find_answer(const LogQuestion& question) {
  Answer answer;
  const TimeRange& range = question.range;
  answer.step = range.to - range.from <= kFineRange ? Nanoseconds{std::chrono::minutes{1}}
                                                    : Nanoseconds{std::chrono::hours{1}};
  const auto totals = question.source.totals(question.sensors, range);
  for (std::size_t i = 0; i < question.sensors.size(); ++i) {
    answer.sensors.push_back({question.sensors[i], totals[i], {}, {}, Nanoseconds{0}});
  }
  query::Steps steps(answer.step, true);
  question.source.each(question.sensors, steps.whole(range), steps,
                       [&](std::size_t sensor, const Bucket& bucket) {
                         answer.sensors[sensor].steps.push_back(bucket);
                         return true;
                       });
  for (SensorAnswer& one : answer.sensors) {
    // The clock may have gone back.
    query::put_in_order(one.steps);
    query::merge_to_steps(one.steps, steps);
    one.gaps = query::find_gaps(one.steps, answer.step);
    for (const query::Gap& gap : one.gaps) {
      one.missing += gap.missing;
    }
  }
  for (const history::StoredEvent& event : question.source.events(range)) {
    ++answer.events.at(static_cast<std::size_t>(event.severity));
  }
  return answer;
}

std::string events_line(const Answer& answer) {
  std::string words;
  for (std::size_t i = core::kSeverityCount; i-- > 0;) {
    if (answer.events.at(i) > 0) {
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", answer.events.at(i),
                           core::severity_word(static_cast<core::Severity>(i)));
    }
  }
  return words.empty() ? "events: none\n" : "events: " + words + " (--events lists them)\n";
}

std::string good_words(const core::SlotCounts& counts) {
  if (counts.scheduled == 0) {
    return "-";
  }
  // 100 % only where nothing is lacking.
  const double share =
      static_cast<double>(counts.good) / static_cast<double>(counts.scheduled) * 100;
  return counts.good == counts.scheduled ? "100" : fmt::format("{:.3f}", std::min(share, 99.999));
}

std::string value_or_dash(const Bucket& bucket, std::int64_t nano) {
  return bucket.has_statistics ? value_words(static_cast<double>(nano) / history::kNanoPerUnit)
                               : "-";
}

std::vector<std::string> cells_of(const LogQuestion& question, const SensorAnswer& one) {
  const Bucket& total = *one.total;
  const auto at = [&](Nanoseconds offset) {
    return total.has_statistics ? short_when_words(question.options, total.time + offset) : "";
  };
  return {one.sensor.name,
          one.sensor.unit,
          good_words(total.counts),
          value_or_dash(total, total.min_nano),
          at(total.min_offset),
          total.has_statistics ? value_words(total.mean()) : "-",
          value_or_dash(total, total.max_nano),
          at(total.max_offset),
          value_or_dash(total, total.last_nano),
          one.gaps.empty() ? "-" : fmt::format("{} ({})", one.gaps.size(), span_words(one.missing)),
          total.lateness ? duration_words(total.lateness->max) : "-"};
}

// Behind each line of a table.
std::string with_sparklines(const std::string& table, const std::vector<std::string>& sparklines) {
  std::size_t widest = 0;
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < table.size();) {
    const std::size_t end = table.find('\n', from);
    lines.push_back(table.substr(from, end - from));
    widest = std::max(widest, lines.back().size());
    from = end + 1;
  }
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string sparkline = i == 0 || i > sparklines.size() ? "" : sparklines[i - 1];
    text += lines[i];
    if (!sparkline.empty()) {
      text += std::string(widest - lines[i].size() + 2, ' ') + sparkline;
    }
    text += "\n";
  }
  return text;
}

std::string summary_text(const LogQuestion& question, const Answer& answer) {
  const auto column = [](const char* title, Align align = Align::Right) {
    return TextTable::Column{title, align};
  };
  TextTable table({column("sensor", Align::Left), column("unit", Align::Left), column("good %"),
                   column("min"), column("at", Align::Left), column("mean"), column("max"),
                   column("at", Align::Left), column("last"), column("gaps"),
                   column("worst late")});
  for (const SensorAnswer& one : answer.sensors) {
    if (one.total) {
      table.add_row(cells_of(question, one));
    }
  }
  const std::string text = table.text();
  const std::size_t widest = text.find('\n');
  const std::size_t columns = os::terminal_width(os::kStandardOutput, kUsualColumns);
  const std::size_t width =
      std::clamp(columns > widest + 2 ? columns - widest - 2 : 0, kSparklineMin, kSparklineMax);
  std::vector<std::string> sparklines;
  for (const SensorAnswer& one : answer.sensors) {
    if (one.total) {
      const view::ChartLine line{one.sensor.name, one.sensor.unit, answer.step, one.steps};
      sparklines.push_back(view::sparkline(line, question.range.from, question.range.to, width));
    }
  }
  return with_sparklines(text, sparklines);
}

ordered_json sensor_json(const SensorAnswer& one) {
  const core::Row row = row_of(one.sensor, *one.total, false);
  // The numbers as they stand in the log.
  ordered_json json = ordered_json::parse(core::format_json(row));
  json.erase("time");
  json.erase("uptime_s");
  const auto at = [&](Nanoseconds offset) {
    return one.total->has_statistics ? ordered_json(time_words(one.total->time + offset))
                                     : ordered_json(nullptr);
  };
  json["min_time"] = at(one.total->min_offset);
  json["max_time"] = at(one.total->max_offset);
  json["windows"] = one.total->windows;
  json["gaps"] = ordered_json::array();
  for (const query::Gap& gap : one.gaps) {
    json["gaps"].push_back({{"from", time_words(gap.from)},
                            {"to", time_words(gap.to)},
                            {"missing_s", std::chrono::duration<double>(gap.missing).count()}});
  }
  return json;
}

std::string summary_json(const LogQuestion& question, const Answer& answer) {
  ordered_json json{{"from", time_words(question.range.from)},
                    {"to", time_words(question.range.to)},
                    {"source", question.source.name()},
                    {"sensors", ordered_json::array()}};
  for (const SensorAnswer& one : answer.sensors) {
    if (one.total) {
      json["sensors"].push_back(sensor_json(one));
    }
  }
  for (std::size_t i = 0; i < core::kSeverityCount; ++i) {
    json["events"][std::string(core::severity_word(static_cast<core::Severity>(i)))] =
        answer.events.at(i);
  }
  return json_text(json);
}

}  // namespace

void print_log_summary(const LogQuestion& question) {
  const Answer answer = find_answer(question);
  if (question.options.form == LogForm::Json) {
    question.output.put(summary_json(question, answer));
    return;
  }
  std::string text =
      fmt::format("{} to {} ({})\n", when_words(question.options, question.range.from),
                  when_words(question.options, question.range.to),
                  span_words(question.range.to - question.range.from));
  const bool has_rows = std::any_of(answer.sensors.begin(), answer.sensors.end(),
                                    [](const SensorAnswer& one) { return one.total.has_value(); });
  text += has_rows ? "\n" + summary_text(question, answer) + "\n" : "no rows\n";
  question.output.put(text + events_line(answer));
}

}  // namespace isotherm::app
