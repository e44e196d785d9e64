#include "history/history_reader.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "core/setup_error.hpp"

namespace isotherm::history {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<core::Nanoseconds, 24> kSteps{
    seconds{1},    seconds{2},    seconds{5},     seconds{10},    seconds{15},    seconds{30},
    minutes{1},    minutes{2},    minutes{5},     minutes{10},    minutes{15},    minutes{30},
    hours{1},      hours{2},      hours{3},       hours{6},       hours{12},      hours{24},
    hours{24 * 2}, hours{24 * 7}, hours{24 * 14}, hours{24 * 30}, hours{24 * 90}, hours{24 * 365}};

constexpr Tier finer(Tier tier) noexcept {
  return tier == Tier::Hours ? Tier::Minutes : Tier::Windows;
}

// Also right before 1970.
core::WallTime floor_to(core::WallTime time, core::Nanoseconds step) noexcept {
  const core::Nanoseconds since = time.time_since_epoch();
  return core::WallTime{since - (since % step + step) % step};
}

core::WallTime ceil_to(core::WallTime time, core::Nanoseconds step) noexcept {
  const core::WallTime floor = floor_to(time, step);
  return floor == time ? floor : floor + step;
}

void widen(std::optional<TimeRange>& range, std::string_view batch, const ChunkOrigin& origin) {
  for (const BatchPart& part : parts_of(batch).value_or(std::vector<BatchPart>{})) {
    for (const Bucket& bucket : decode_chunk(part.chunk, origin).value_or(std::vector<Bucket>{})) {
      range = range
                  ? TimeRange{std::min(range->from, bucket.time), std::max(range->to, bucket.time)}
                  : TimeRange{bucket.time, bucket.time};
    }
  }
}

// False where the chunk is damaged.
bool append_within(std::string_view chunk, const ChunkOrigin& origin, const TimeRange& range,
                   std::vector<Bucket>& into) {
  const auto span = chunk_times(chunk, origin);
  if (span && (span->last < range.from || span->first >= range.to)) {
    return true;
  }
  const auto decoded = decode_chunk(chunk, origin);
  if (!decoded) {
    return false;
  }
  std::copy_if(decoded->begin(), decoded->end(), std::back_inserter(into),
               [&range](const Bucket& bucket) {
                 return bucket.time >= range.from && bucket.time < range.to;
               });
  return true;
}

core::SetupError unreadable(const std::string& path, const std::string& why) {
  return {core::ExitCode::Io, "the history cannot be read: " + why, path,
          "if it is damaged, the station mends it at its next start"};
}

}  // namespace

core::Nanoseconds series_step(const TimeRange& range, std::size_t limit) {
  const auto most = static_cast<std::int64_t>(std::max<std::size_t>(limit, 1));
  // One more than fits may start within the range, as steps begin at whole multiples.
  return *std::find_if(kSteps.begin(), kSteps.end() - 1,
                       [&](core::Nanoseconds one) { return (range.to - range.from) / one < most; });
}

void merge_to_step(std::vector<Bucket>& buckets, core::Nanoseconds step) {
  std::size_t kept = 0;
  for (Bucket& bucket : buckets) {
    const core::WallTime start = floor_to(bucket.time, step);
    if (kept > 0 && buckets[kept - 1].time == start) {
      merge_into(buckets[kept - 1], bucket);
      continue;
    }
    move_start(bucket, start);
    buckets[kept++] = bucket;
  }
  buckets.resize(kept);
}

HistoryReader::HistoryReader(const std::string& path) : path_(path) {
  if (!std::filesystem::exists(path)) {
    throw core::SetupError(core::ExitCode::Io, "there is no history", path,
                           "start a station that keeps one, or name another file");
  }
  try {
    database_ = std::make_unique<Database>(path, Database::Mode::ReadOnly);
    database_->run("PRAGMA cache_size = -4096");
    const std::int64_t version = database_->number("PRAGMA user_version");
    if (version == 0) {
      throw core::SetupError(core::ExitCode::Io, "this is no history, or one without anything yet",
                             path, "start a station that keeps one, or name another file");
    }
    if (version != migrations().back().to) {
      throw core::SetupError(core::ExitCode::Io,
                             "the history has format " + std::to_string(version) +
                                 ", and this isotherm reads format " +
                                 std::to_string(migrations().back().to),
                             path, "ask with the isotherm that writes it");
    }
  } catch (const DatabaseError& error) {
    throw unreadable(path, error.what());
  }
}

template <typename Result>
Result HistoryReader::at_one_moment(const std::function<Result()>& read) {
  try {
    database_->run("BEGIN");
    load_state();
    Result result = read();
    database_->run("COMMIT");
    return result;
  } catch (const DatabaseError& error) {
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw unreadable(path_, error.what());
  }
}

void HistoryReader::load_state() {
  segments_ = load_segments(*database_);
  Statement progress(*database_, "SELECT tier, merged_key FROM progress WHERE tier IN (0, 1)");
  while (progress.step()) {
    merged_key_.at(static_cast<std::size_t>(progress.number(0))) = progress.number(1);
  }
}

std::vector<SensorEntry> HistoryReader::sensors() {
  return at_one_moment<std::vector<SensorEntry>>([this] {
    std::vector<SensorEntry> found;
    Statement select(*database_, "SELECT id, name, unit FROM sensor ORDER BY id");
    while (select.step()) {
      found.push_back(
          {select.number(0), std::string(select.bytes(1)), std::string(select.bytes(2))});
    }
    return found;
  });
}

bool HistoryReader::was_redated() {
  return at_one_moment<bool>([this] {
    return std::any_of(segments_.begin(), segments_.end(),
                       [](const Segment& segment) { return segment.moved; });
  });
}

std::optional<TimeRange> HistoryReader::extent() {
  return at_one_moment<std::optional<TimeRange>>([this] {
    std::optional<TimeRange> found;
    for (const Tier tier : {Tier::Windows, Tier::Minutes, Tier::Hours}) {
      const std::string table = table_of(tier);
      // A segment's first and last batches say when it was; there are few segments. A query each:
      // SQLite takes min() and max() from the ends of an index only where they stand alone.
      Statement ends(*database_, "SELECT data FROM " + table +
                                     " WHERE key IN ((SELECT min(key) FROM " + table +
                                     " WHERE key BETWEEN ?1 AND ?2), (SELECT max(key) FROM " +
                                     table + " WHERE key BETWEEN ?1 AND ?2))");
      for (const Segment& segment : segments_) {
        ends.bind(1, BatchKey{segment.id, 0}.packed());
        ends.bind(2, BatchKey{segment.id + 1, 0}.packed() - 1);
        while (ends.step()) {
          widen(found, ends.bytes(0), segment.origin);
        }
        ends.reset();
      }
    }
    return found;
  });
}

std::optional<core::WallTime> HistoryReader::oldest(Tier tier) {
  return at_one_moment<std::optional<core::WallTime>>([&] { return oldest_of(tier); });
}

std::uint64_t HistoryReader::bucket_count() {
  return at_one_moment<std::uint64_t>([this] {
    std::uint64_t count = 0;
    for (const Tier tier : {Tier::Windows, Tier::Minutes, Tier::Hours}) {
      Statement select(*database_, std::string("SELECT data FROM ") + table_of(tier));
      while (select.step()) {
        for (const BatchPart& part : parts_of(select.bytes(0)).value_or(std::vector<BatchPart>{})) {
          count += decode_chunk(part.chunk, {}).value_or(std::vector<Bucket>{}).size();
        }
      }
    }
    return count;
  });
}

// Appends in no order. Of the finer tier only what lies behind the key up to which it was merged.
void HistoryReader::collect(std::span<const std::int64_t> sensors, const TimeRange& range,
                            Tier tier, std::int64_t behind_key, BucketLists& into) {
  Statement select(*database_, std::string("SELECT data FROM ") + table_of(tier) +
                                   " WHERE key BETWEEN ?1 AND ?2 ORDER BY key");
  for (const Segment& segment : segments_) {
    if (range.to <= segment.origin.wall) {
      continue;
    }
    const std::int64_t first = BatchKey{segment.id, segment.tick_of(range.from)}.packed();
    const std::int64_t last =
        BatchKey{segment.id, segment.tick_of(range.to + reach_of(tier))}.packed();
    select.bind(1, std::max(first, behind_key + 1)).bind(2, last);
    while (select.step()) {
      const auto parts = parts_of(select.bytes(0));
      bool good = parts.has_value();
      for (const BatchPart& part : parts.value_or(std::vector<BatchPart>{})) {
        const auto wanted = std::find(sensors.begin(), sensors.end(), part.sensor);
        if (wanted != sensors.end()) {
          good = append_within(part.chunk, segment.origin, range,
                               into[static_cast<std::size_t>(wanted - sensors.begin())]) &&
                 good;
        }
      }
      damaged_ += good ? 0 : 1;
    }
    select.reset();
  }
  if (tier != Tier::Windows) {
    collect(sensors, range, finer(tier), merged_key_.at(index_of(finer(tier))), into);
  }
}

BucketLists HistoryReader::read(std::span<const std::int64_t> sensors, const TimeRange& range,
                                Tier tier) {
  BucketLists lists(sensors.size());
  TimeRange whole = range;
  if (tier != Tier::Windows) {
    whole = {ceil_to(range.from, length_of(tier)), ceil_to(range.to, length_of(tier))};
  }
  collect(sensors, whole, tier, -1, lists);
  for (auto& list : lists) {
    const auto earlier = [](const Bucket& a, const Bucket& b) { return a.time < b.time; };
    if (!std::is_sorted(list.begin(), list.end(), earlier)) {
      std::stable_sort(list.begin(), list.end(), earlier);
    }
    if (tier != Tier::Windows) {
      merge_to_step(list, length_of(tier));
    }
  }
  return lists;
}

BucketLists HistoryReader::buckets(std::span<const std::int64_t> sensors, const TimeRange& range,
                                   Tier tier) {
  return at_one_moment<BucketLists>([&] { return read(sensors, range, tier); });
}

// Of the first batch; nothing in an empty tier.
std::optional<core::WallTime> HistoryReader::oldest_of(Tier tier) {
  Statement first(*database_,
                  std::string("SELECT key, data FROM ") + table_of(tier) + " ORDER BY key LIMIT 1");
  if (!first.step()) {
    return std::nullopt;
  }
  const BatchKey key = BatchKey::unpack(first.number(0));
  const auto segment = std::find_if(segments_.begin(), segments_.end(),
                                    [&](const Segment& one) { return one.id == key.segment; });
  std::optional<TimeRange> range;
  if (segment != segments_.end()) {
    widen(range, first.bytes(1), segment->origin);
  }
  return range ? std::optional(range->from) : std::nullopt;
}

Series HistoryReader::series(std::span<const std::int64_t> sensors, const TimeRange& range,
                             std::size_t limit) {
  return at_one_moment<Series>([&] {
    Series series;
    const core::Nanoseconds step = series_step(range, limit);
    Tier tier = step < length_of(Tier::Minutes) ? Tier::Windows
                : step < length_of(Tier::Hours) ? Tier::Minutes
                                                : Tier::Hours;
    // A tier that has been shortened since is no answer where a coarser one has more.
    while (tier != Tier::Hours) {
      const Tier next = tier == Tier::Windows ? Tier::Minutes : Tier::Hours;
      const auto own = oldest_of(tier);
      const auto other = oldest_of(next);
      if (!other || (own && (*own <= range.from + step || *own <= *other + length_of(next)))) {
        break;
      }
      tier = next;
    }
    series.step = std::max(step, length_of(tier));
    series.buckets = read(sensors, range, tier);
    std::size_t longest = 0;
    for (const auto& list : series.buckets) {
      longest = std::max(longest, list.size());
    }
    if (tier == Tier::Windows && longest <= limit) {
      series.step = core::Nanoseconds{0};
      return series;
    }
    for (auto& list : series.buckets) {
      merge_to_step(list, series.step);
    }
    return series;
  });
}

void HistoryReader::add_totals(std::span<const std::int64_t> sensors, const TimeRange& range,
                               Tier tier, std::vector<std::optional<Bucket>>& totals) {
  if (range.from >= range.to) {
    return;
  }
  TimeRange inner = range;
  if (tier != Tier::Windows) {
    inner = {ceil_to(range.from, length_of(tier)), floor_to(range.to, length_of(tier))};
    if (inner.from >= inner.to) {
      add_totals(sensors, range, finer(tier), totals);
      return;
    }
    add_totals(sensors, {range.from, inner.from}, finer(tier), totals);
  }
  const BucketLists lists = read(sensors, inner, tier);
  for (std::size_t i = 0; i < lists.size(); ++i) {
    for (const Bucket& bucket : lists[i]) {
      if (totals[i]) {
        merge_into(*totals[i], bucket);
      } else {
        totals[i] = bucket;
      }
    }
  }
  if (tier != Tier::Windows) {
    add_totals(sensors, {inner.to, range.to}, finer(tier), totals);
  }
}

std::vector<std::optional<Bucket>> HistoryReader::totals(std::span<const std::int64_t> sensors,
                                                         const TimeRange& range) {
  return at_one_moment<std::vector<std::optional<Bucket>>>([&] {
    std::vector<std::optional<Bucket>> totals(sensors.size());
    add_totals(sensors, range, Tier::Hours, totals);
    return totals;
  });
}

std::vector<StoredEvent> HistoryReader::events(const TimeRange& range) {
  return at_one_moment<std::vector<StoredEvent>>([&] {
    std::vector<StoredEvent> found;
    Statement select(*database_,
                     "SELECT time_ns, severity, kind, fields FROM event "
                     "WHERE time_ns >= ?1 AND time_ns < ?2 ORDER BY time_ns, id");
    select.bind(1, range.from.time_since_epoch().count());
    select.bind(2, range.to.time_since_epoch().count());
    while (select.step()) {
      found.push_back({core::WallTime{core::Nanoseconds{select.number(0)}},
                       static_cast<core::Severity>(select.number(1)), std::string(select.bytes(2)),
                       std::string(select.bytes(3))});
    }
    return found;
  });
}

std::vector<ClockStep> HistoryReader::clock_steps(const TimeRange& range) {
  return at_one_moment<std::vector<ClockStep>>([&] {
    std::vector<ClockStep> found;
    Statement select(*database_,
                     "SELECT time_ns, uptime_ns, size_ns FROM clock_step "
                     "WHERE time_ns >= ?1 AND time_ns < ?2 ORDER BY id");
    select.bind(1, range.from.time_since_epoch().count());
    select.bind(2, range.to.time_since_epoch().count());
    while (select.step()) {
      found.push_back({core::WallTime{core::Nanoseconds{select.number(0)}},
                       core::Nanoseconds{select.number(1)}, core::Nanoseconds{select.number(2)}});
    }
    return found;
  });
}

}  // namespace isotherm::history
