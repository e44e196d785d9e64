// The part of HistoryFile that keeps its promises over time: merging into coarser tiers, retention,
// and the cap.
#include "history/history_file.hpp"

#include <algorithm>
#include <string>

namespace isotherm::history {
namespace {

// Of the WAL's index, at the largest WAL below.
constexpr std::uint64_t kIndexBytes = 65536;
// Pages that a transaction writes beside those of its own bytes: the roots, pointer maps, and the
// last pages of tables, half filled.
constexpr std::uint64_t kFramesBeside = 24;
// What merging adds in a go, for making room; the cap's backstop is MeasuredVfs.
constexpr std::uint64_t kMergeBytesGuess = 16384;
constexpr std::uint64_t kMergeBytesASensor = 1536;
// What is deleted at a time: so much of the cap, in a transaction that is small beside the WAL.
constexpr std::uint64_t kDeleteShare = 32;
constexpr std::uint64_t kDeleteBytesMin = std::uint64_t{32} << 10U;
constexpr std::uint64_t kExpireBytes = std::uint64_t{1} << 20U;
// Of what the cap leaves for the database: a fifth for hours, a quarter for minutes, where windows
// need the room.
constexpr std::uint64_t kHoursShare = 5;
constexpr std::uint64_t kMinutesShare = 4;
// One event, and one clock step, for so many bytes of the cap: some 5 % and 1 % of it.
constexpr std::uint64_t kCapAnEvent = 4096;
constexpr std::uint64_t kCapAClockStep = 8192;
constexpr std::uint64_t kNewestMin = 64;
// How long a tier's buckets may be unmerged.
constexpr core::Nanoseconds kMergeAfter[] = {std::chrono::hours{1}, std::chrono::hours{12}};

constexpr Tier coarser(Tier tier) noexcept {
  return tier == Tier::Windows ? Tier::Minutes : Tier::Hours;
}

constexpr std::uint64_t wal_limit(std::uint64_t cap) noexcept {
  return std::clamp<std::uint64_t>(cap / 4, std::uint64_t{256} << 10U, std::uint64_t{4} << 20U);
}

// What the database itself may have of it.
constexpr std::uint64_t most_of(std::uint64_t cap) noexcept {
  return cap - wal_limit(cap) - kIndexBytes;
}

std::uint64_t frames_for(std::uint64_t bytes) noexcept {
  return bytes / (kPageBytes / 2) + kFramesBeside;
}

using Merged = std::map<std::int64_t, std::map<core::WallTime, Bucket>>;  // by sensor, by start

void add_to_merged(std::map<core::WallTime, Bucket>& by_time, const Bucket& bucket,
                   core::Nanoseconds length) {
  const core::Nanoseconds shift = (bucket.time.time_since_epoch() % length + length) % length;
  const core::WallTime start = bucket.time - shift;
  const auto [found, is_new] = by_time.try_emplace(start, bucket);
  if (!is_new) {
    merge_into(found->second, bucket);
    return;
  }
  found->second.time = start;
  found->second.uptime -= std::chrono::floor<std::chrono::milliseconds>(shift);
  found->second.min_offset += bucket.has_statistics ? shift : core::Nanoseconds{0};
  found->second.max_offset += bucket.has_statistics ? shift : core::Nanoseconds{0};
}

}  // namespace

// The WAL's file stays as long as it is and is written over from its start: a file that grows and
// shrinks costs the file system's journal as much as what is in it. With a reader in the way what
// can be done is done, and the WAL goes on: next time.
void HistoryFile::checkpoint() noexcept {
  sqlite3_busy_timeout(database_->handle(), 0);
  const int code = sqlite3_wal_checkpoint_v2(database_->handle(), nullptr,
                                             SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  sqlite3_busy_timeout(database_->handle(), 2000);
  if (code == SQLITE_OK) {
    wal_used_ = 0;
  }
}

// After this, a transaction of `bytes` leaves the files within the cap, both now and when the WAL
// is written back into the database while it still stands beside it. Throws DatabaseError if that
// cannot be had now: a reader holds the WAL, or nothing is left to delete.
void HistoryFile::make_room(std::uint64_t bytes) {
  const std::uint64_t cap = settings_.cap_bytes;
  const std::uint64_t wal_need = frames_for(bytes) * kFrameBytes;
  if (wal_used_ + wal_need > wal_limit(cap) / 2) {
    checkpoint();
  }
  const std::uint64_t most = most_of(cap);
  const auto pages = [this](const char* what) {
    return static_cast<std::uint64_t>(database_->number(what));
  };
  const std::uint64_t grow = frames_for(bytes) * kPageBytes;
  while (true) {
    const std::uint64_t count = pages("PRAGMA page_count") * kPageBytes;
    const std::uint64_t free = pages("PRAGMA freelist_count") * kPageBytes;
    const std::uint64_t wal_after = wal_used_ + wal_need;
    if (wal_after > wal_limit(cap)) {
      throw DatabaseError(SQLITE_BUSY, "a reader keeps the history's WAL from being emptied");
    }
    if (count <= most && (free >= grow || count + grow - free <= most)) {
      return;
    }
    if (count > most && free > 0) {
      database_->run("PRAGMA incremental_vacuum(64)");
      if (pages("PRAGMA page_count") * kPageBytes >= count) {
        throw DatabaseError(SQLITE_FULL, "the history's free pages cannot be given back");
      }
    } else if (!delete_oldest()) {
      throw DatabaseError(SQLITE_FULL, "the history's cap leaves no room");
    }
    checkpoint();
  }
}

// Whichever tier has more than its share, and else the finest that has anything: hours must not
// crowd out the windows of today, nor windows the hours of last year. What goes is merged first, so
// that nothing is lost but resolution.
bool HistoryFile::delete_oldest() {
  const std::uint64_t cap = most_of(settings_.cap_bytes);
  const auto bytes = [this](Tier tier) { return tier_bytes_.at(index_of(tier)); };
  const Tier tier = bytes(Tier::Hours) > cap / kHoursShare       ? Tier::Hours
                    : bytes(Tier::Minutes) > cap / kMinutesShare ? Tier::Minutes
                    : bytes(Tier::Windows) > 0                   ? Tier::Windows
                    : bytes(Tier::Minutes) > 0                   ? Tier::Minutes
                                                                 : Tier::Hours;
  if (bytes(tier) > 0) {
    if (tier != Tier::Hours && oldest_key(tier) > merged_key_.at(index_of(tier))) {
      merge_waiting(tier);
    }
    const std::int64_t to = (tier == Tier::Hours ? last_key_ : merged_key_).at(index_of(tier));
    if (delete_some(tier, to, std::max(cap / kDeleteShare, kDeleteBytesMin)) == 0) {
      tier_bytes_.at(index_of(tier)) = 0;  // was wrong; it must not stand in the others' way
    }
    return true;
  }
  if (database_->number("SELECT count(*) FROM event") == 0) {
    return false;
  }
  database_->run("DELETE FROM event WHERE id <= (SELECT min(id) + 256 FROM event)");
  return true;
}

std::int64_t HistoryFile::oldest_key(Tier tier) {
  return database_->number(std::string("SELECT min(key) FROM ") + table_of(tier));
}

// The oldest of the tier, up to `key` and to about `bytes`. How many bytes went.
std::uint64_t HistoryFile::delete_some(Tier tier, std::int64_t key, std::uint64_t bytes) {
  Statement select(*database_, std::string("SELECT key, length(data) FROM ") + table_of(tier) +
                                   " WHERE key <= ?1 ORDER BY key");
  select.bind(1, key);
  std::int64_t last = -1;
  std::uint64_t found = 0;
  while (found < bytes && select.step()) {
    last = select.number(0);
    found += static_cast<std::uint64_t>(select.number(1));
  }
  select.reset();
  if (last >= 0) {
    Statement remove(*database_, std::string("DELETE FROM ") + table_of(tier) + " WHERE key <= ?1");
    remove.bind(1, last);
    remove.run();
    tier_bytes_.at(index_of(tier)) -= std::min(found, tier_bytes_.at(index_of(tier)));
  }
  return found;
}

// What no batch refers to any more, and what is beyond its share, so that names and events of years
// cannot fill the file.
void HistoryFile::prune() {
  std::string unused = "DELETE FROM segment WHERE id < (SELECT max(id) FROM segment)";
  for (const Tier tier : {Tier::Windows, Tier::Minutes, Tier::Hours}) {
    unused += std::string(" AND NOT EXISTS (SELECT 1 FROM ") + table_of(tier) +
              " WHERE key BETWEEN segment.id * " + std::to_string(BatchKey::kTicks) +
              " AND (segment.id + 1) * " + std::to_string(BatchKey::kTicks) + " - 1)";
  }
  const auto newest = [](const char* table, std::uint64_t count) {
    return std::string("DELETE FROM ") + table + " WHERE id <= (SELECT max(id) FROM " + table +
           ") - " + std::to_string(std::max(count, kNewestMin)) + ";";
  };
  Transaction transaction(*database_);
  database_->run(unused + ";" +
                 "DELETE FROM boot WHERE id NOT IN (SELECT boot FROM segment) AND id <> " +
                 std::to_string(boot_) + ";" + newest("event", settings_.cap_bytes / kCapAnEvent) +
                 newest("clock_step", settings_.cap_bytes / kCapAClockStep));
  transaction.commit();
  std::erase_if(segments_, [kept = load_segments(*database_)](const Segment& one) {
    return std::none_of(kept.begin(), kept.end(),
                        [&one](const Segment& other) { return other.id == one.id; });
  });
}

void HistoryFile::maintain() {
  for (const Tier tier : {Tier::Windows, Tier::Minutes}) {
    if (merge_is_due(tier)) {
      make_room(kMergeBytesGuess + sensors_.size() * kMergeBytesASensor);
      merge_waiting(tier);
      expire(tier);
      if (tier == Tier::Minutes) {
        expire(Tier::Hours);
      }
      prune();
    }
  }
}

bool HistoryFile::merge_is_due(Tier tier) {
  Statement first(*database_, std::string("SELECT key FROM ") + table_of(tier) +
                                  " WHERE key > ?1 ORDER BY key LIMIT 1");
  first.bind(1, merged_key_.at(index_of(tier)));
  if (!first.step()) {
    return false;
  }
  const BatchKey oldest = BatchKey::unpack(first.number(0));
  const BatchKey newest = BatchKey::unpack(last_key_.at(index_of(tier)));
  // Of an earlier segment: by the wall clock, as far as it can be trusted. A station that is
  // started over and over again writes no more than it has to, and one that runs by day only is
  // merged, too.
  const core::Nanoseconds since = oldest.segment == newest.segment
                                      ? (newest.tick - oldest.tick) * kTick
                                      : time_of(newest) - time_of(oldest);
  return std::chrono::abs(since) >= kMergeAfter[index_of(tier)];
}

core::WallTime HistoryFile::time_of(const BatchKey& key) const {
  const auto segment = std::find_if(segments_.begin(), segments_.end(),
                                    [&key](const Segment& one) { return one.id == key.segment; });
  return segment == segments_.end() ? core::WallTime{} : segment->time_of(key.tick);
}

HistoryStatus HistoryFile::merge_all() {
  try {
    merge_waiting(Tier::Windows);
    merge_waiting(Tier::Minutes);
    return {};
  } catch (const DatabaseError& error) {
    return {path_ + ": " + error.what()};
  }
}

// In slices of one segment and a bounded time, each a transaction.
void HistoryFile::merge_waiting(Tier tier) {
  const auto which = index_of(tier);
  Statement keys(*database_, std::string("SELECT key FROM ") + table_of(tier) +
                                 " WHERE key > ?1 ORDER BY key LIMIT 1");
  Statement last(*database_, std::string("SELECT max(key) FROM ") + table_of(tier) +
                                 " WHERE key > ?1 AND key < ?2");
  while (merged_key_.at(which) < last_key_.at(which)) {
    keys.bind(1, merged_key_.at(which));
    if (!keys.step()) {
      keys.reset();
      return;
    }
    const BatchKey first = BatchKey::unpack(keys.number(0));
    keys.reset();
    const std::int64_t end_tick =
        std::min(first.tick + kMergeAfter[which] / kTick + 1, BatchKey::kTicks);
    last.bind(1, merged_key_.at(which)).bind(2, BatchKey{first.segment, end_tick}.packed());
    const std::int64_t to = last.step() ? last.number(0) : first.packed();
    last.reset();
    const auto segment = std::find_if(segments_.begin(), segments_.end(),
                                      [&](const Segment& one) { return one.id == first.segment; });
    merge_slice(tier, first.packed(), to, segment == segments_.end() ? Segment{} : *segment);
  }
}

void HistoryFile::merge_slice(Tier tier, std::int64_t from, std::int64_t to,
                              const Segment& segment) {
  const core::Nanoseconds length = length_of(coarser(tier));
  Merged merged;
  Statement select(*database_, std::string("SELECT data FROM ") + table_of(tier) +
                                   " WHERE key BETWEEN ?1 AND ?2 ORDER BY key");
  select.bind(1, from).bind(2, to);
  while (segment.id != 0 && select.step()) {
    // What has gone bad since the check at opening is left out here and found by the next check.
    for (const BatchPart& part : parts_of(select.bytes(0)).value_or(std::vector<BatchPart>{})) {
      for (const Bucket& bucket :
           decode_chunk(part.chunk, segment.origin).value_or(std::vector<Bucket>{})) {
        add_to_merged(merged[part.sensor], bucket, length);
      }
    }
  }
  select.reset();
  Transaction transaction(*database_);
  core::WallTime newest = segment.origin.wall;
  BatchMaker batch;
  for (const auto& [sensor, by_time] : merged) {
    std::vector<Bucket> ordered;
    for (const auto& [time, bucket] : by_time) {
      ordered.push_back(bucket);
      newest = std::max(newest, time);
    }
    batch.add(sensor, ordered, segment.origin);
  }
  if (const std::string data = batch.finish(); !data.empty()) {
    const std::int64_t tick = next_tick(coarser(tier), segment, newest);
    insert_batch(coarser(tier), {segment.id, tick}, data);
  }
  Statement progress(*database_, "UPDATE progress SET merged_key = ?2 WHERE tier = ?1");
  progress.bind(1, static_cast<std::int64_t>(tier)).bind(2, to);
  progress.run();
  transaction.commit();
  merged_key_.at(index_of(tier)) = to;
}

// By the wall clock of what was written last under a clock that could be trusted. Segments whose
// clock could not be are as old as the next that could.
void HistoryFile::expire(Tier tier) {
  const core::Nanoseconds retention = settings_.retention.at(index_of(tier));
  if (retention <= core::Nanoseconds{0} || newest_ == core::WallTime{}) {
    return;
  }
  const core::WallTime oldest = newest_ - retention;
  std::int64_t key = -1;
  for (const Segment& segment : segments_) {
    if (!segment.synced && !segment.redated) {
      continue;
    }
    if (segment.origin.wall > oldest) {
      break;
    }
    key = BatchKey{segment.id, segment.tick_of(oldest)}.packed() - 1;
  }
  if (tier != Tier::Hours) {
    key = std::min(key, merged_key_.at(index_of(tier)));
  }
  const std::uint64_t portion = std::min(kExpireBytes, settings_.cap_bytes / 4);
  while (key >= 0 && delete_some(tier, key, portion) >= portion) {
    if (wal_used_ > wal_limit(settings_.cap_bytes) / 2) {
      checkpoint();
    }
  }
}

}  // namespace isotherm::history
