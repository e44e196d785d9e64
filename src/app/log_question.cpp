#include "app/log_question.hpp"

#include <spdlog/fmt/fmt.h>

#include "app/words.hpp"
#include "core/local_time.hpp"
#include "core/setup_error.hpp"
#include "core/text_parts.hpp"
#include "query/time_expression.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;
using core::Nanoseconds;
using core::SetupError;
using core::WallTime;
using history::TimeRange;

constexpr Nanoseconds kDay = std::chrono::hours{24};
// A station that has not logged for so long does not run, or has windows longer than this.
constexpr Nanoseconds kRecent = std::chrono::minutes{10};

WallTime moment(const char* option, const std::string& text, WallTime now) {
  const auto understood = query::parse_moment(text, now);
  if (!understood.ok()) {
    throw SetupError(ExitCode::Usage, understood.problem, option, understood.mend);
  }
  return *understood.value;
}

Nanoseconds span(const char* option, const std::string& text) {
  const auto understood = query::parse_span(text);
  if (!understood.ok()) {
    throw SetupError(ExitCode::Usage, understood.problem, option, understood.mend);
  }
  return *understood.value;
}

// Up to where, unless it is asked for. The newest window is part of the range.
WallTime usual_end(const LogOptions& options, const std::optional<TimeRange>& extent,
                   WallTime now) {
  if (!extent) {
    return now;
  }
  const WallTime newest = extent->to + Nanoseconds{1};
  const bool has_start = options.since || options.from;
  return newest > now || (!has_start && now - newest > kRecent) ? newest : now;
}

std::string shown(const LogOptions& options, WallTime time) { return when_words(options, time); }

}  // namespace

TimeRange range_asked_for(const LogOptions& options, const std::optional<TimeRange>& extent,
                          WallTime now) {
  if (options.since && options.from) {
    throw SetupError(ExitCode::Usage, "the beginning is given twice", "--since and --from",
                     "leave one of them out");
  }
  TimeRange range;
  range.to = options.to ? moment("--to", *options.to, now) : usual_end(options, extent, now);
  if (options.from) {
    range.from = moment("--from", *options.from, now);
  } else {
    range.from = range.to - (options.since ? span("--since", *options.since) : kDay);
  }
  if (range.from >= range.to) {
    throw SetupError(
        ExitCode::Usage,
        "nothing lies between " + shown(options, range.from) + " and " + shown(options, range.to),
        "--from and --to", "the end is not part of it, and a day is its first moment");
  }
  return range;
}

query::Steps steps_asked_for(const LogOptions& options) {
  return options.every ? query::Steps(span("--every", *options.every), options.utc)
                       : query::Steps();
}

std::string when_words(const LogOptions& options, WallTime time) {
  return options.utc ? core::utc_time_text(time) : core::local_time_text(time);
}

std::string exact_when_words(const LogOptions& options, WallTime time) {
  constexpr std::size_t kSeconds = 19;
  std::string words = when_words(options, time);
  const auto part = time - std::chrono::floor<std::chrono::seconds>(time);
  return words.insert(kSeconds, fmt::format(".{:03}", part / std::chrono::milliseconds{1}));
}

std::string short_when_words(const LogOptions& options, WallTime time) {
  constexpr std::size_t kYear = 5;
  return when_words(options, time).substr(kYear);
}

std::string span_words(Nanoseconds span) {
  using std::chrono::duration_cast;
  const auto seconds = duration_cast<std::chrono::seconds>(span).count();
  if (seconds >= 86400) {
    return fmt::format("{} d {} h", seconds / 86400, seconds % 86400 / 3600);
  }
  if (seconds >= 3600) {
    return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  }
  if (seconds >= 60) {
    return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  }
  return fmt::format("{:.3g} s", std::chrono::duration<double>(span).count());
}

std::string value_words(double value) {
  std::string text;
  core::append_value(text, value);
  return text;
}

std::string not_good_words(const core::SlotCounts& counts, const core::FaultCounts& faults) {
  std::string words = counts.faulty > 0 ? fault_words(faults) : "";
  const auto add = [&words](const char* what, std::uint64_t count) {
    if (count > 0) {
      words += fmt::format("{}{}:{}", words.empty() ? "" : " ", what, count);
    }
  };
  add("missed", counts.missed);
  add("dropped", counts.dropped);
  return words;
}

core::Row row_of(const history::SensorEntry& sensor, const history::Bucket& bucket,
                 bool is_window) {
  const auto unit = [](std::int64_t nano) {
    return static_cast<double>(nano) / history::kNanoPerUnit;
  };
  core::Row row;
  row.time = bucket.time;
  row.uptime = bucket.uptime;
  row.sensor = sensor.name;
  row.unit = sensor.unit;
  row.counts = bucket.counts;
  if (bucket.has_statistics) {
    row.statistics =
        core::WindowStatistics{unit(bucket.min_nano), bucket.mean(), unit(bucket.max_nano),
                               bucket.stddev(), unit(bucket.last_nano)};
  }
  row.lateness = bucket.lateness;
  row.clock = bucket.clock;
  row.faults = bucket.faults;
  row.merged_rows = is_window && bucket.windows > 1 ? bucket.windows : 0;
  return row;
}

}  // namespace isotherm::app
