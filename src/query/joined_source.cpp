#include "query/joined_source.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "query/series_maker.hpp"
#include "query/step_merger.hpp"

namespace isotherm::query {
namespace {

using core::Nanoseconds;
using core::WallTime;
using history::Bucket;
using history::SensorEntry;
using history::StoredEvent;
using history::TimeRange;

// Of a sensor that a history does not know.
constexpr std::int64_t kNoId = -1;
// A file has times to the millisecond.
using FileTime = std::chrono::milliseconds;

// Up to where the history has all windows of every sensor, those of long windows too. At a whole
// hour, as the history's coarser buckets are asked for by their start. A flush meanwhile adds
// nothing before it.
WallTime end_of_complete(LogSource& history, const TimeRange& extent) {
  const TimeRange last{extent.to - kWindowMax, extent.to + Nanoseconds{1}};
  const auto sensors = history.sensors(last);
  std::vector<WallTime> newest(sensors.size(), WallTime::max());
  history.each(sensors, last, {}, [&](std::size_t sensor, const Bucket& bucket) {
    newest[sensor] = bucket.time;
    return true;
  });
  WallTime end = extent.to;
  for (const WallTime time : newest) {
    end = std::min(end, time);
  }
  return std::chrono::floor<std::chrono::hours>(end);
}

// The start of the oldest window that the history tells of: its oldest hour began before that. The
// hour itself, where some of its windows have expired.
WallTime begin_of_known(LogSource& history, const TimeRange& extent) {
  const WallTime hour{std::chrono::floor<std::chrono::hours>(extent.from)};
  const TimeRange first{hour, hour + std::chrono::hours{1}};
  const auto sensors = history.sensors(first);
  std::uint64_t merged = 0;
  history.each(sensors, first, Steps(std::chrono::hours{1}, true),
               [&](std::size_t /*sensor*/, const Bucket& bucket) {
                 merged += bucket.windows;
                 return true;
               });
  std::uint64_t kept = 0;
  WallTime oldest = WallTime::max();
  history.each(sensors, first, {}, [&](std::size_t /*sensor*/, const Bucket& bucket) {
    kept += bucket.windows;
    oldest = std::min(oldest, bucket.time);
    return true;
  });
  return kept > 0 && kept == merged ? oldest : extent.from;
}

// What the files have behind the end of a history whose rows were re-dated.
struct Behind {
  FileSource::LeftOut known;       // what the history has as well, at an earlier time
  std::optional<WallTime> newest;  // of the others
};

// Both have a sensor's rows in the same order, so the newest that the history has, known by its
// uptime, parts those that it has from those that it has not.
Behind behind_end(LogSource& history, WallTime end, const LogFiles& files,
                  WallTime newest_written) {
  const TimeRange last{end - kWindowMax, end + Nanoseconds{1}};
  std::map<std::string, Nanoseconds> newest;
  const auto kept = history.sensors(last);
  history.each(kept, last, {}, [&](std::size_t sensor, const Bucket& bucket) {
    newest[kept[sensor].name] = bucket.uptime;
    return true;
  });
  FileSource source(files, FileSource::Reading::FromTheEnd);
  const TimeRange searched{last.from, newest_written + Nanoseconds{1}};
  const auto written = source.sensors(searched);
  std::map<std::string, std::vector<Bucket>> later;
  Behind found;
  source.each(written, searched, {}, [&](std::size_t sensor, const Bucket& bucket) {
    const std::string& name = written[sensor].name;
    if (bucket.time > end) {
      later[name].push_back(bucket);
    }
    const auto of_history = newest.find(name);
    if (of_history != newest.end() && of_history->second == bucket.uptime) {
      for (const Bucket& one : later[name]) {
        found.known.emplace(name, one.uptime);
      }
      later[name].clear();
    }
    return true;
  });
  for (const auto& [name, buckets] : later) {
    for (const Bucket& bucket : buckets) {
      found.newest = std::max(found.newest.value_or(bucket.time), bucket.time);
    }
  }
  return found;
}

// What stands in the files only, so that all of an answer is alike: docs/events.md.
constexpr std::string_view kNeverInHistory = "worst_slot";

}  // namespace

JoinedSource::JoinedSource(std::vector<Part> parts, std::optional<TimeRange> extent)
    : parts_(std::move(parts)), extent_(extent) {}

std::vector<JoinedSource::Asked> JoinedSource::asked(const TimeRange& range) const {
  std::vector<Asked> found;
  for (const Part& part : parts_) {
    const TimeRange own{std::max(range.from, part.range.from), std::min(range.to, part.range.to)};
    if (own.from < own.to) {
      found.push_back({*part.source, own, part.is_history});
    }
  }
  return found;
}

// A history knows sensors by their number, files by their name.
std::vector<SensorEntry> JoinedSource::sensors(const TimeRange& range) {
  std::vector<SensorEntry> all;
  const auto add = [&all](const SensorEntry& sensor, std::int64_t id) {
    const bool is_known = std::any_of(
        all.begin(), all.end(), [&](const SensorEntry& one) { return one.name == sensor.name; });
    if (!is_known) {
      all.push_back({id, sensor.name, sensor.unit});
    }
  };
  for (const Part& part : parts_) {
    if (part.is_history) {
      for (const SensorEntry& sensor : part.source->sensors(range)) {
        add(sensor, sensor.id);
      }
    }
  }
  for (const Asked& one : asked(range)) {
    for (const SensorEntry& sensor : one.source.sensors(one.range)) {
      add(sensor, kNoId);
    }
  }
  return all;
}

TimeRange JoinedSource::whole(const TimeRange& range) {
  for (const Asked& one : asked(range)) {
    if (one.is_history) {
      const TimeRange moved = one.source.whole(one.range);
      return {one.range.from > range.from ? range.from : moved.from,
              one.range.to < range.to ? range.to : moved.to};
    }
  }
  return range;
}

std::vector<std::optional<Bucket>> JoinedSource::totals(Sensors sensors, const TimeRange& range) {
  std::vector<std::optional<Bucket>> totals(sensors.size());
  for (const Asked& one : asked(range)) {
    const auto part = one.source.totals(sensors, one.range);
    for (std::size_t i = 0; i < sensors.size(); ++i) {
      if (totals[i] && part[i]) {
        history::merge_into(*totals[i], *part[i]);
      } else if (part[i]) {
        totals[i] = part[i];
      }
    }
  }
  return totals;
}

history::Series JoinedSource::series(Sensors sensors, const TimeRange& range, std::size_t limit) {
  SeriesMaker series(sensors.size(), range, limit);
  for (const Asked& one : asked(range)) {
    const history::Series part = one.source.series(sensors, one.range, limit);
    series.expect_step(part.step);
    for (std::size_t i = 0; i < sensors.size(); ++i) {
      for (const Bucket& bucket : part.buckets[i]) {
        series.add(i, bucket);
      }
    }
  }
  return series.take();
}

void JoinedSource::each(Sensors sensors, const TimeRange& range, Steps steps,
                        const BucketVisitor& visit) {
  const std::vector<Asked> parts = asked(range);
  if (parts.size() == 1) {
    parts.front().source.each(sensors, parts.front().range, steps, visit);
    return;
  }
  // A step may lie in two parts.
  StepMerger merger(steps, visit);
  bool more = true;
  for (std::size_t i = 0; i < parts.size() && more; ++i) {
    parts[i].source.each(
        sensors, parts[i].range, steps, [&](std::size_t sensor, const Bucket& bucket) {
          more = steps.merging() ? merger.add(sensor, bucket) : visit(sensor, bucket);
          return more;
        });
  }
  if (more) {
    merger.finish();
  }
}

void JoinedSource::each_with_faults(Sensors sensors, const TimeRange& range,
                                    const BucketVisitor& visit) {
  bool more = true;
  for (const Asked& one : asked(range)) {
    if (more) {
      one.source.each_with_faults(sensors, one.range,
                                  [&](std::size_t sensor, const Bucket& bucket) {
                                    more = visit(sensor, bucket);
                                    return more;
                                  });
    }
  }
}

// The history is asked about all of the range: what a station tells right before its first window
// is in both, and so is what it told last.
std::vector<StoredEvent> JoinedSource::events(const TimeRange& range) {
  std::vector<StoredEvent> all;
  std::set<std::pair<core::WallTime, std::string>> known;
  const auto key = [](const StoredEvent& event) {
    return std::pair(WallTime{std::chrono::floor<FileTime>(event.time)}, event.kind);
  };
  for (const Part& part : parts_) {
    if (part.is_history) {
      all = part.source->events(range);
    }
  }
  std::transform(all.begin(), all.end(), std::inserter(known, known.end()), key);
  for (const Asked& one : asked(range)) {
    if (one.is_history) {
      continue;
    }
    for (StoredEvent& event : one.source.events(one.range)) {
      if (event.kind != kNeverInHistory && !known.contains(key(event))) {
        all.push_back(std::move(event));
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return all;
}

std::vector<history::ClockStep> JoinedSource::clock_steps(const TimeRange& range) {
  std::vector<history::ClockStep> all;
  for (const Asked& one : asked(range)) {
    const auto steps = one.source.clock_steps(one.range);
    all.insert(all.end(), steps.begin(), steps.end());
  }
  return all;
}

std::vector<std::string> JoinedSource::notices() const {
  std::set<std::string> all;
  for (const Part& part : parts_) {
    const auto notices = part.source->notices();
    all.insert(notices.begin(), notices.end());
  }
  return {all.begin(), all.end()};
}

std::unique_ptr<LogSource> join(std::unique_ptr<LogSource> history, const LogFiles& files) {
  const auto kept = history->extent();
  const auto written = FileSource(files).extent();
  if (!kept || !written) {
    return history;
  }
  // What was re-dated still stands at its old time in the files: there it would come again, and
  // where it belongs it is missing.
  const bool was_redated = history->was_redated();
  const bool has_older = !was_redated && written->from < std::chrono::floor<FileTime>(kept->from);
  Behind behind{{}, written->to};
  if (was_redated && written->to > kept->to) {
    behind = behind_end(*history, kept->to, files, written->to);
  }
  const bool has_newer = behind.newest && *behind.newest > kept->to;
  if (!has_older && !has_newer) {
    return history;
  }
  WallTime end = has_newer ? end_of_complete(*history, *kept) : WallTime::max();
  if (has_newer && (was_redated || written->from > std::max(end, kept->from))) {
    end = kept->to + Nanoseconds{1};  // the files know less of what was before
  }
  std::vector<JoinedSource::Part> parts;
  if (has_older) {
    const WallTime begin{std::chrono::floor<FileTime>(begin_of_known(*history, *kept))};
    parts.push_back({std::make_unique<FileSource>(files), {WallTime::min(), begin}});
  }
  parts.push_back({std::move(history), {WallTime::min(), end}, true});
  if (has_newer) {
    parts.push_back({std::make_unique<FileSource>(files, FileSource::Reading::FromTheEnd,
                                                  std::move(behind.known)),
                     {end, WallTime::max()}});
  }
  return std::make_unique<JoinedSource>(
      std::move(parts), TimeRange{has_older ? written->from : kept->from,
                                  std::max(kept->to, behind.newest.value_or(kept->to))});
}

}  // namespace isotherm::query
