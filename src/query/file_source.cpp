#include "query/file_source.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include "core/setup_error.hpp"
#include "query/json_line.hpp"
#include "query/row_parse.hpp"
#include "query/series_maker.hpp"
#include "query/step_merger.hpp"

namespace isotherm::query {
namespace {

using core::Nanoseconds;
using core::WallTime;
using history::Bucket;
using history::TimeRange;

// A row is 512 bytes at most or so.
constexpr std::streamoff kTailBytes = std::streamoff{64} << 10U;

// Places at which a file is asked what time it is there.
constexpr std::streamoff kProbes = 32;

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

// What lines say, one after the other.
class LineParser {
 public:
  explicit LineParser(FileFormat format) : format_(format) {}

  CsvRows::Line parse(const std::string& line) {
    if (line.empty()) {
      return CsvRows::Line::Header;
    }
    if (format_ == FileFormat::Csv) {
      return csv_.parse(line, row_);
    }
    return parse_json_row(line, row_) ? CsvRows::Line::Row : CsvRows::Line::Nonsense;
  }
  // The row that was parsed last.
  [[nodiscard]] const core::Row& row() const { return row_; }

 private:
  FileFormat format_;
  CsvRows csv_;
  core::Row row_;
};

// To the first line that begins behind `place`.
void skip_torn_line(std::istream& in, std::streamoff place) {
  in.clear();
  in.seekg(place);
  std::string torn;
  std::getline(in, torn);
}

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

FileSource::FileSource(LogFiles files, Reading reading, LeftOut left_out)
    : files_(std::move(files)), reading_(reading), left_out_(std::move(left_out)) {}

bool FileSource::each_row(const RowFile& file, std::streamoff from, const RowVisitor& visit) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) {
    unreadable_.insert(file.path);
    return true;
  }
  LineParser parser(file.format);
  if (from > 0) {
    // The header says which columns there are.
    each_line(in,
              [&](const std::string& line) { return parser.parse(line) != CsvRows::Line::Row; });
    skip_torn_line(in, from);
  }
  std::uint64_t nonsense = 0;
  const bool more = each_line(in, [&](const std::string& line) {
    const CsvRows::Line kind = parser.parse(line);
    nonsense += kind == CsvRows::Line::Nonsense ? 1U : 0U;
    return kind != CsvRows::Line::Row || visit(parser.row());
  });
  if (nonsense > 0) {
    nonsense_[file.path] = std::max(nonsense_[file.path], nonsense);
  }
  return more;
}

// A small file is read. A large one is asked at its ends and at places between: where the clock
// went back meanwhile, the ends say nothing of the rest.
std::optional<FileSource::Span> FileSource::span_of(const RowFile& file) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) {
    unreadable_.insert(file.path);
    return std::nullopt;
  }
  LineParser parser(file.format);
  std::optional<Span> span;
  const auto look = [&](const std::string& line) {
    if (parser.parse(line) != CsvRows::Line::Row) {
      return false;
    }
    const WallTime time = parser.row().time;
    span = span ? *span : Span{{time, time}, true, {}};
    span->is_in_order = span->is_in_order && time >= span->range.to - kWindowMax;
    span->range = {std::min(span->range.from, time), std::max(span->range.to, time)};
    return true;
  };
  const auto look_until_row = [&](const std::string& line) { return !look(line); };
  in.seekg(0, std::ios::end);
  const std::streamoff size = in.tellg();
  in.seekg(0);
  each_line(in, look_until_row);
  for (std::streamoff i = 1; span && size / kProbes * i < size - kTailBytes; ++i) {
    const std::streamoff place = size / kProbes * i;
    skip_torn_line(in, place);
    if (!each_line(in, look_until_row)) {
      span->probes.emplace_back(parser.row().time, place);
    }
  }
  if (size > kTailBytes) {
    skip_torn_line(in, size - kTailBytes);
  }
  each_line(in, [&](const std::string& line) {
    static_cast<void>(look(line));
    return true;
  });
  if (span && size <= kTailBytes) {
    span->is_in_order = true;  // it has been read as a whole
  }
  return span;
}

void FileSource::each_row_in(const TimeRange& range, const RowVisitor& visit) {
  for (const RowFile& file : files_.rows) {
    const auto span = span_of(file);
    const bool is_outside = span && (span->range.to < range.from - kWindowMax ||
                                     span->range.from >= range.to + kWindowMax);
    if (!span || (span->is_in_order && is_outside)) {
      continue;
    }
    std::streamoff from = 0;
    if (reading_ == Reading::FromTheEnd && span->is_in_order) {
      for (const auto& [time, place] : span->probes) {
        from = time < range.from - kWindowMax ? place : from;
      }
    }
    const bool more = each_row(file, from, [&](const core::Row& row) {
      return row.time < range.from || row.time >= range.to || is_left_out(row) || visit(row);
    });
    if (!more) {
      return;
    }
  }
}

bool FileSource::is_left_out(const core::Row& row) const {
  return !left_out_.empty() &&
         left_out_.contains(
             {row.sensor, std::chrono::floor<std::chrono::milliseconds>(row.uptime)});
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
  const auto widen = [&all](const TimeRange& by) {
    all = all ? TimeRange{std::min(all->from, by.from), std::max(all->to, by.to)} : by;
  };
  for (const RowFile& file : files_.rows) {
    const auto span = span_of(file);
    if (span && span->is_in_order) {
      widen(span->range);
    } else if (span) {
      each_row(file, 0, [&](const core::Row& row) {
        widen({row.time, row.time});
        return true;
      });
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
  SeriesMaker series(sensors.size(), range, limit);
  visit_windows(sensors, range, [&](std::size_t sensor, const Bucket& bucket) {
    series.add(sensor, bucket);
    return true;
  });
  return series.take();
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
