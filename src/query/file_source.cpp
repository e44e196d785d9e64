#include "query/file_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <utility>

#include "core/setup_error.hpp"
#include "query/json_line.hpp"
#include "query/row_parse.hpp"

namespace isotherm::query {
namespace {

using core::Nanoseconds;
using core::WallTime;
using history::Bucket;
using history::TimeRange;

// Rows of one step come from readers with windows of different lengths: so long a step waits for
// the last of them. No window is longer.
constexpr Nanoseconds kWindowMax = std::chrono::hours{1};
// A row is 512 bytes at most or so.
constexpr std::streamoff kTailBytes = std::streamoff{64} << 10U;

constexpr std::array<Nanoseconds, 20> kNiceSteps{
    std::chrono::seconds{1},  std::chrono::seconds{2},  std::chrono::seconds{5},
    std::chrono::seconds{10}, std::chrono::seconds{15}, std::chrono::seconds{30},
    std::chrono::minutes{1},  std::chrono::minutes{2},  std::chrono::minutes{5},
    std::chrono::minutes{10}, std::chrono::minutes{15}, std::chrono::minutes{30},
    std::chrono::hours{1},    std::chrono::hours{2},    std::chrono::hours{3},
    std::chrono::hours{6},    std::chrono::hours{12},   std::chrono::hours{24},
    std::chrono::hours{48},   std::chrono::hours{168}};

// Which of the sensors a row is of. Rows of a reader come in the same order again and again, so
// the next one is tried first.
class SensorLookup {
 public:
  explicit SensorLookup(Sensors sensors) : sensors_(sensors) {}

  std::optional<std::size_t> find(const std::string& name) {
    for (std::size_t tried = 0; tried < sensors_.size(); ++tried) {
      next_ = next_ + 1 < sensors_.size() ? next_ + 1 : 0;
      if (sensors_[next_].name == name) {
        return next_;
      }
    }
    return std::nullopt;
  }

 private:
  Sensors sensors_;
  std::size_t next_ = 0;
};

// Whole lines from where `in` stands; false if `visit` wanted no more.
template <typename Visit>
bool each_line(std::istream& in, const Visit& visit) {
  std::string line;
  while (std::getline(in, line)) {
    if (in.eof()) {
      return true;  // without its end
    }
    if (!visit(line)) {
      return false;
    }
  }
  return true;
}

// Buckets of the same step, of rows that come in about the order of time.
class StepMerger {
 public:
  StepMerger(Steps steps, const BucketVisitor& visit) : steps_(steps), visit_(visit) {}

  bool add(std::size_t sensor, Bucket bucket) {
    newest_ = std::max(newest_, bucket.time);
    move_start(bucket, steps_.start_of(bucket.time));
    const auto [place, is_new] = open_.try_emplace({bucket.time, sensor}, bucket);
    if (!is_new) {
      history::merge_into(place->second, bucket);
    }
    return pass_on(newest_ - kWindowMax - steps_.step());
  }
  bool finish() { return pass_on(WallTime::max()); }

 private:
  bool pass_on(WallTime before) {
    while (!open_.empty() && open_.begin()->first.first < before) {
      const auto first = open_.begin();
      if (!visit_(first->first.second, first->second)) {
        return false;
      }
      open_.erase(first);
    }
    return true;
  }

  Steps steps_;
  const BucketVisitor& visit_;
  std::map<std::pair<WallTime, std::size_t>, Bucket> open_;
  WallTime newest_ = WallTime::min() + std::chrono::hours{24 * 365};
};

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::optional<std::int64_t> number_member(const std::string& fields, std::string_view name) {
  const auto members = parse_json_object(fields);
  for (const JsonMember& member : members.value_or(std::vector<JsonMember>{})) {
    if (member.name == name) {
      std::int64_t number = 0;
      const auto result =
          std::from_chars(member.value.data(), member.value.data() + member.value.size(), number);
      return result.ec == std::errc{} ? std::optional(number) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

FileSource::FileSource(LogFiles files) : files_(std::move(files)) {}

bool FileSource::each_row(const RowFile& file, const RowVisitor& visit) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) {
    unreadable_.insert(file.path);
    return true;
  }
  CsvRows csv;
  core::Row row;
  std::uint64_t nonsense = 0;
  const bool more = each_line(in, [&](const std::string& line) {
    if (line.empty()) {
      return true;
    }
    if (file.format == FileFormat::JsonLines) {
      if (parse_json_row(line, row)) {
        return visit(row);
      }
      ++nonsense;
      return true;
    }
    const CsvRows::Line kind = csv.parse(line, row);
    nonsense += kind == CsvRows::Line::Nonsense ? 1U : 0U;
    return kind != CsvRows::Line::Row || visit(row);
  });
  if (nonsense > 0) {
    nonsense_[file.path] = std::max(nonsense_[file.path], nonsense);
  }
  return more;
}

// The rows near a clock step may be older or newer than both ends: they are found by whoever reads
// all of the file, and not by a range that the ends are outside of.
std::optional<TimeRange> FileSource::span_of(const RowFile& file) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) {
    unreadable_.insert(file.path);
    return std::nullopt;
  }
  CsvRows csv;
  core::Row row;
  std::optional<TimeRange> span;
  const auto look = [&](const std::string& line) {
    const bool is_row = file.format == FileFormat::JsonLines
                            ? parse_json_row(line, row)
                            : csv.parse(line, row) == CsvRows::Line::Row;
    if (is_row) {
      span = span ? TimeRange{std::min(span->from, row.time), std::max(span->to, row.time)}
                  : TimeRange{row.time, row.time};
    }
    return is_row;
  };
  each_line(in, [&](const std::string& line) { return !look(line); });
  in.clear();
  in.seekg(0, std::ios::end);
  const std::streamoff size = in.tellg();
  if (size > kTailBytes) {
    in.seekg(size - kTailBytes);
    std::string torn;
    std::getline(in, torn);
  } else {
    in.seekg(0);
  }
  each_line(in, [&](const std::string& line) {
    static_cast<void>(look(line));
    return true;
  });
  return span;
}

void FileSource::each_row_in(const TimeRange& range, const RowVisitor& visit) {
  for (const RowFile& file : files_.rows) {
    const auto span = span_of(file);
    if (!span || span->to < range.from - kWindowMax || span->from >= range.to + kWindowMax) {
      continue;
    }
    const bool more = each_row(file, [&](const core::Row& row) {
      return row.time < range.from || row.time >= range.to || visit(row);
    });
    if (!more) {
      return;
    }
  }
}

std::vector<history::SensorEntry> FileSource::sensors(const TimeRange& range) {
  std::vector<history::SensorEntry> found;
  each_row_in(range, [&](const core::Row& row) {
    if (!SensorLookup(found).find(row.sensor)) {
      found.push_back({static_cast<std::int64_t>(found.size()), row.sensor, row.unit});
    }
    return true;
  });
  return found;
}

std::optional<TimeRange> FileSource::extent() {
  std::optional<TimeRange> all;
  for (const RowFile& file : files_.rows) {
    if (const auto span = span_of(file)) {
      all = all ? TimeRange{std::min(all->from, span->from), std::max(all->to, span->to)} : *span;
    }
  }
  return all;
}

void FileSource::visit_windows(Sensors sensors, const TimeRange& range,
                               const BucketVisitor& visit) {
  SensorLookup lookup(sensors);
  each_row_in(range, [&](const core::Row& row) {
    const auto sensor = lookup.find(row.sensor);
    return !sensor || visit(*sensor, history::bucket_of(row));
  });
}

std::vector<std::optional<Bucket>> FileSource::totals(Sensors sensors, const TimeRange& range) {
  std::vector<std::optional<Bucket>> totals(sensors.size());
  visit_windows(sensors, range, [&](std::size_t sensor, const Bucket& bucket) {
    if (totals[sensor]) {
      history::merge_into(*totals[sensor], bucket);
    } else {
      totals[sensor] = bucket;
    }
    return true;
  });
  return totals;
}

history::Series FileSource::series(Sensors sensors, const TimeRange& range, std::size_t limit) {
  const auto most = static_cast<std::int64_t>(std::max<std::size_t>(limit, 1));
  const auto* step = std::find_if(kNiceSteps.begin(), kNiceSteps.end() - 1, [&](Nanoseconds one) {
    return (range.to - range.from) / one < most;
  });
  history::Series series;
  series.step = *step;
  series.buckets.resize(sensors.size());
  each(sensors, range, Steps(*step, true), [&](std::size_t sensor, const Bucket& bucket) {
    series.buckets[sensor].push_back(bucket);
    return true;
  });
  return series;
}

void FileSource::each(Sensors sensors, const TimeRange& range, Steps steps,
                      const BucketVisitor& visit) {
  if (!steps.merging()) {
    visit_windows(sensors, range, visit);
    return;
  }
  StepMerger merger(steps, visit);
  bool more = true;
  visit_windows(sensors, range, [&](std::size_t sensor, const Bucket& bucket) {
    more = merger.add(sensor, bucket);
    return more;
  });
  if (more) {
    merger.finish();
  }
}

void FileSource::each_with_faults(Sensors sensors, const TimeRange& range,
                                  const BucketVisitor& visit) {
  visit_windows(sensors, range, visit);
}

std::vector<history::StoredEvent> FileSource::events(const TimeRange& range) {
  std::vector<history::StoredEvent> found;
  for (const std::string& path : files_.events) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
      unreadable_.insert(path);
      continue;
    }
    std::uint64_t nonsense = 0;
    each_line(in, [&](const std::string& line) {
      auto event = parse_event(line);
      if (event && event->time >= range.from && event->time < range.to) {
        found.push_back(std::move(*event));
      }
      nonsense += event || line.empty() ? 0U : 1U;
      return true;
    });
    if (nonsense > 0) {
      nonsense_[path] = nonsense;
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return found;
}

std::vector<history::ClockStep> FileSource::clock_steps(const TimeRange& range) {
  std::vector<history::ClockStep> steps;
  for (const history::StoredEvent& event : events(range)) {
    if (event.kind != "clock_step") {
      continue;
    }
    history::ClockStep step;
    step.time = event.time;
    step.size = Nanoseconds{number_member(event.fields, "size_ns").value_or(0)};
    step.uptime = Nanoseconds{number_member(event.fields, "uptime_ns").value_or(0)};
    steps.push_back(step);
  }
  return steps;
}

std::vector<std::string> FileSource::notices() const {
  std::vector<std::string> notices;
  for (const auto& [path, lines] : nonsense_) {
    notices.push_back(file_name(path) + ": " + std::to_string(lines) +
                      (lines == 1 ? " line that makes no sense was left out"
                                  : " lines that make no sense were left out"));
  }
  for (const std::string& path : unreadable_) {
    notices.push_back(path + " cannot be read");
  }
  return notices;
}

}  // namespace isotherm::query
