#include "query/history_source.hpp"

#include <algorithm>

#include "core/local_time.hpp"

namespace isotherm::query {
namespace {

using core::Nanoseconds;
using core::WallTime;
using history::Bucket;
using history::BucketLists;
using history::Tier;
using history::TimeRange;

constexpr Nanoseconds kTierHour = std::chrono::hours{1};
constexpr std::size_t kNeighboursMax = 240;
constexpr std::size_t kGoodBetweenMax = 30;

std::vector<std::int64_t> ids_of(Sensors sensors) {
  std::vector<std::int64_t> ids;
  ids.reserve(sensors.size());
  for (const history::SensorEntry& sensor : sensors) {
    ids.push_back(sensor.id);
  }
  return ids;
}

// Some ten thousand buckets a sensor, at a window a second.
Nanoseconds slice_length(Tier tier, Nanoseconds step) {
  const Nanoseconds length = tier == Tier::Windows   ? kTierHour * 3
                             : tier == Tier::Minutes ? kTierHour * 24 * 7
                                                     : kTierHour * 24 * 366;
  return std::max(length, step * 2);
}

struct Place {
  WallTime time;
  std::size_t sensor = 0;
  std::size_t index = 0;
};

// All lists as one, in order of time; buckets of one time in the order of the sensors.
bool visit_in_order(const BucketLists& lists, const BucketVisitor& visit) {
  std::vector<Place> places;
  for (std::size_t sensor = 0; sensor < lists.size(); ++sensor) {
    for (std::size_t i = 0; i < lists[sensor].size(); ++i) {
      places.push_back({lists[sensor][i].time, sensor, i});
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.time < b.time; });
  return std::all_of(places.begin(), places.end(), [&](const Place& place) {
    return visit(place.sensor, lists[place.sensor][place.index]);
  });
}

TimeRange common(const TimeRange& a, const TimeRange& b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

}  // namespace

std::vector<history::SensorEntry> HistorySource::sensors(const TimeRange& /*range*/) {
  return reader_.sensors();
}

std::optional<TimeRange> HistorySource::extent() { return reader_.extent(); }

std::vector<std::optional<Bucket>> HistorySource::totals(Sensors sensors, const TimeRange& range) {
  return reader_.totals(ids_of(sensors), range);
}

history::Series HistorySource::series(Sensors sensors, const TimeRange& range, std::size_t limit) {
  return reader_.series(ids_of(sensors), range, limit);
}

std::vector<TimeRange> HistorySource::slices(std::span<const std::int64_t> ids,
                                             const TimeRange& range, Nanoseconds length,
                                             Steps& steps) {
  std::vector<TimeRange> found;
  const auto add = [&](WallTime from, WallTime to) {
    while (from < to) {
      WallTime end = std::min(to, steps.start_of(from + length));
      end = end > from ? end : to;
      found.push_back({from, end});
      from = end;
    }
  };
  if (range.to - range.from <= length) {
    add(range.from, range.to);
    return found;
  }
  // Years without data are no slices: the clock may have said 1970 once.
  std::vector<WallTime> hours;
  for (const auto& list : reader_.buckets(ids, {range.from - kTierHour, range.to}, Tier::Hours)) {
    for (const Bucket& bucket : list) {
      hours.push_back(bucket.time);
    }
  }
  std::sort(hours.begin(), hours.end());
  WallTime from = range.from;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const bool last = i + 1 == hours.size();
    if (!last && hours[i + 1] - hours[i] <= std::max(length, kTierHour)) {
      continue;
    }
    add(from, std::min(range.to, steps.merging() ? steps.end_of(hours[i] + kTierHour)
                                                 : hours[i] + kTierHour));
    from = last ? range.to : std::max(from, steps.start_of(hours[i + 1]));
  }
  return found;
}

// What is older has expired, and stands in a coarser tier only. The oldest hour may have begun with
// the station, in its middle.
WallTime HistorySource::complete_from(Tier tier) {
  if (tier == Tier::Hours) {
    return WallTime::min();
  }
  auto oldest = reader_.oldest(tier);
  if (tier == Tier::Minutes) {  // where nothing is merged yet, windows answer for them
    const auto windows = reader_.oldest(Tier::Windows);
    oldest = oldest && windows ? std::min(oldest, windows) : (oldest ? oldest : windows);
  }
  const WallTime from = oldest.value_or(WallTime::max());
  const auto hours = reader_.oldest(Tier::Hours);
  return hours && *hours + kTierHour < from ? from : WallTime::min();
}

TimeRange HistorySource::whole(const TimeRange& range) {
  const WallTime windows = complete_from(Tier::Windows);
  const auto hours = reader_.oldest(Tier::Hours);
  if (range.from >= windows || !hours || range.to <= *hours) {
    return range;
  }
  const WallTime minutes = complete_from(Tier::Minutes);
  const auto kept_at = [&](WallTime time) {
    return time >= windows   ? Nanoseconds{1}
           : time >= minutes ? Nanoseconds{std::chrono::minutes{1}}
                             : kTierHour;
  };
  const auto since = [](WallTime time, Nanoseconds step) {
    const Nanoseconds part = time.time_since_epoch() % step;
    return part < Nanoseconds{0} ? part + step : part;
  };
  const Nanoseconds first = kept_at(range.from);
  const Nanoseconds last = kept_at(range.to);
  const TimeRange moved{range.from - since(range.from, first),
                        range.to + (last - since(range.to, last)) % last};
  if (moved.from != range.from || moved.to != range.to) {
    notices_.push_back("what lies so far back is kept by the " +
                       std::string(std::max(first, last) == kTierHour ? "hour" : "minute") +
                       " only: this is of " + core::local_time_text(moved.from) + " to " +
                       core::local_time_text(moved.to));
  }
  return moved;
}

void HistorySource::note_expired(const TimeRange& range, Tier tier) {
  const WallTime from = complete_from(tier);
  const auto hours = reader_.oldest(Tier::Hours);
  if (!hours || !notices_.empty() || range.from >= from || range.to <= *hours) {
    return;
  }
  const bool by_hour = tier == Tier::Minutes || range.to <= complete_from(Tier::Minutes);
  const std::string what = tier == Tier::Minutes ? "minutes" : "single windows";
  notices_.push_back((from == WallTime::max()
                          ? "no " + what + " are kept"
                          : what + " are kept from " + core::local_time_text(from) + " on") +
                     "; what is older has been merged: ask for it with --every " +
                     (by_hour ? "1h" : "1m") + " or more");
}

std::vector<std::string> HistorySource::notices() const {
  std::vector<std::string> all = notices_;
  if (reader_.damaged_batches() > 0) {
    all.emplace_back(
        "the history is damaged: what could not be read is left out of this answer. The station "
        "mends the file at its next start; `isotherm log` with the history moved away reads the "
        "log's files");
  }
  return all;
}

void HistorySource::each(Sensors sensors, const TimeRange& range, Steps steps,
                         const BucketVisitor& visit) {
  const auto all = reader_.extent();
  if (!all) {
    return;
  }
  const TimeRange kept =
      common(range, steps.whole({all->from, all->to + std::max(kTierHour, steps.step())}));
  const std::vector<std::int64_t> ids = ids_of(sensors);
  const Tier tier = steps.tier(kept);
  if (tier != Tier::Hours) {
    note_expired(range, tier);
  }
  for (const TimeRange& slice : slices(ids, kept, slice_length(tier, steps.step()), steps)) {
    BucketLists lists = reader_.buckets(ids, slice, tier);
    for (auto& list : lists) {
      merge_to_steps(list, steps);
    }
    if (!visit_in_order(lists, visit)) {
      return;
    }
  }
}

// Hours that were good throughout are passed on as they are, of the others the minutes, and of
// those that were not good the windows, where they are still kept.
void HistorySource::each_with_faults(Sensors sensors, const TimeRange& range,
                                     const BucketVisitor& visit) {
  const auto since = range.from.time_since_epoch();
  const auto until = range.to.time_since_epoch();
  // Hours begin inside the range; what lies before the first one is asked for by its parts.
  const WallTime first_hour =
      std::min(range.to, range.from + (kTierHour - since % kTierHour) % kTierHour);
  const WallTime last_hour = std::max(first_hour, range.to - until % kTierHour);
  const WallTime windows = complete_from(Tier::Windows);
  for (std::size_t i = 0; i < sensors.size(); ++i) {
    const auto visit_one = [&](const Bucket& bucket) { return visit(i, bucket); };
    if (!look_between(sensors[i].id, {range.from, first_hour}, windows, visit_one) ||
        !look_closer(sensors[i].id, {first_hour, last_hour}, Tier::Hours, visit_one) ||
        !look_between(sensors[i].id, {last_hour, range.to}, windows, visit_one)) {
      return;
    }
  }
}

// Single windows are kept from `windows` on.
bool HistorySource::look_between(std::int64_t sensor, const TimeRange& range, WallTime windows,
                                 const std::function<bool(const Bucket&)>& visit) {
  WallTime border = std::clamp(windows, range.from, range.to);
  if (border > range.from && border < range.to) {
    border = std::min(range.to, WallTime{std::chrono::ceil<std::chrono::minutes>(border)});
  }
  return look_closer(sensor, {range.from, border}, Tier::Minutes, visit) &&
         look_closer(sensor, {border, range.to}, Tier::Windows, visit);
}

bool HistorySource::look_closer(std::int64_t sensor, const TimeRange& range, Tier tier,
                                const std::function<bool(const Bucket&)>& visit) {
  const std::vector<std::int64_t> id{sensor};
  const BucketLists lists = reader_.buckets(id, range, tier);
  const std::vector<Bucket>& list = lists.front();
  if (tier == Tier::Windows) {
    return std::all_of(list.begin(), list.end(), visit);
  }
  const Tier finer = tier == Tier::Hours ? Tier::Minutes : Tier::Windows;
  for (std::size_t i = 0; i < list.size();) {
    if (!has_faults(list[i])) {
      if (!visit(list[i++])) {
        return false;
      }
      continue;
    }
    // Neighbours are read at once, with some good ones between them: a chunk holds an hour or more
    // of windows and is decoded as a whole.
    const std::size_t first = i;
    std::size_t last_bad = i;
    std::uint64_t windows = 0;
    for (; i < list.size() && i - first < kNeighboursMax && i - last_bad < kGoodBetweenMax; ++i) {
      last_bad = has_faults(list[i]) ? i : last_bad;
      windows += list[i].windows;
    }
    const TimeRange run{list[first].time, list[i - 1].time + history::length_of(tier)};
    std::uint64_t kept = 0;
    const BucketLists closer = reader_.buckets(id, run, finer);
    for (const Bucket& bucket : closer.front()) {
      kept += bucket.windows;
    }
    const bool expired = kept < windows;
    const auto begin = list.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = list.begin() + static_cast<std::ptrdiff_t>(i);
    const bool more = expired ? std::all_of(begin, end, visit)
                      : finer == Tier::Windows
                          ? std::all_of(closer.front().begin(), closer.front().end(), visit)
                          : look_closer(sensor, run, finer, visit);
    if (!more) {
      return false;
    }
  }
  return true;
}

std::vector<history::StoredEvent> HistorySource::events(const TimeRange& range) {
  return reader_.events(range);
}

std::vector<history::ClockStep> HistorySource::clock_steps(const TimeRange& range) {
  return reader_.clock_steps(range);
}

}  // namespace isotherm::query
