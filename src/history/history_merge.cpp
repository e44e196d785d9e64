// The part of HistoryFile that keeps its promises over time: merging into coarser tiers, retention,
// and the cap.
#include "history/history_file.hpp"

#include <algorithm>

namespace isotherm::history {
namespace {

// Of the WAL's index, at the largest WAL below.
constexpr std::uint64_t kIndexBytes = 65536;
// Pages that a transaction writes beside those of its own bytes: the roots, pointer maps, and the
// last pages of tables, half filled.
constexpr std::uint64_t kFramesBeside = 24;
// What merging adds in a go, for making room; the cap's backstop is MeasuredVfs.
constexpr std::uint64_t kMergeBytesGuess = 16384;
// How many chunks are deleted at a time.
constexpr std::int64_t kDeleteStep = 256;
// How long a tier's buckets may be unmerged.
constexpr core::Nanoseconds kMergeAfter[] = {std::chrono::hours{1}, std::chrono::hours{24}};

constexpr Tier coarser(Tier tier) noexcept {
  return tier == Tier::Windows ? Tier::Minutes : Tier::Hours;
}

constexpr std::uint64_t wal_limit(std::uint64_t cap) noexcept {
  return std::clamp<std::uint64_t>(cap / 4, std::uint64_t{256} << 10U, std::uint64_t{4} << 20U);
}

std::uint64_t frames_for(std::uint64_t bytes) noexcept {
  return bytes / (kPageBytes / 2) + kFramesBeside;
}

}  // namespace

// TRUNCATE also makes the WAL's file empty. With a reader in the way it does what can be done, and
// says SQLITE_BUSY: next time.
void HistoryFile::checkpoint() noexcept {
  sqlite3_busy_timeout(database_->handle(), 0);
  sqlite3_wal_checkpoint_v2(database_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                            nullptr);
  sqlite3_busy_timeout(database_->handle(), 2000);
}

// After this, a transaction of `bytes` leaves the files within the cap, both now and when the WAL
// is written back into the database while it still stands beside it. Throws DatabaseError if that
// cannot be had now: a reader holds the WAL, or nothing is left to delete.
void HistoryFile::make_room(std::uint64_t bytes) {
  const std::uint64_t cap = settings_.cap_bytes;
  const std::uint64_t wal_need = frames_for(bytes) * kFrameBytes;
  if (vfs_.wal_bytes() + wal_need > wal_limit(cap) / 2) {
    checkpoint();
  }
  const std::uint64_t most = cap - wal_limit(cap) - kIndexBytes;
  const auto pages = [this](const char* what) {
    return static_cast<std::uint64_t>(database_->number(what));
  };
  const std::uint64_t grow = frames_for(bytes) * kPageBytes;
  while (true) {
    const std::uint64_t count = pages("PRAGMA page_count") * kPageBytes;
    const std::uint64_t free = pages("PRAGMA freelist_count") * kPageBytes;
    const std::uint64_t wal_after = vfs_.wal_bytes() + wal_need;
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

// Of the finest tier that has anything. What goes is merged first, so that nothing is lost but
// resolution, until the hours themselves are all that is there.
bool HistoryFile::delete_oldest() {
  for (const Tier tier : {Tier::Windows, Tier::Minutes, Tier::Hours}) {
    Statement nth(*database_, std::string("SELECT key FROM ") + table_of(tier) +
                                  " ORDER BY key LIMIT 1 OFFSET ?1");
    std::int64_t key = last_key_.at(index_of(tier));
    nth.bind(1, kDeleteStep);
    if (nth.step()) {
      key = nth.number(0);
    } else if (database_->number(std::string("SELECT count(*) FROM ") + table_of(tier)) == 0) {
      continue;
    }
    nth.reset();
    if (tier != Tier::Hours && key > merged_key_.at(index_of(tier))) {
      merge_waiting(tier);
    }
    delete_up_to(tier, key);
    return true;
  }
  if (database_->number("SELECT count(*) FROM event") == 0) {
    return false;
  }
  database_->run("DELETE FROM event WHERE id <= (SELECT min(id) + 256 FROM event)");
  return true;
}

void HistoryFile::delete_up_to(Tier tier, std::int64_t key) {
  Statement remove(*database_, std::string("DELETE FROM ") + table_of(tier) + " WHERE key <= ?1");
  remove.bind(1, key);
  remove.run();
}

void HistoryFile::maintain() {
  for (const Tier tier : {Tier::Windows, Tier::Minutes}) {
    if (merge_is_due(tier)) {
      make_room(kMergeBytesGuess);
      merge_waiting(tier);
      expire(tier);
      if (tier == Tier::Minutes) {
        expire(Tier::Hours);
      }
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
  const ChunkKey oldest = ChunkKey::unpack(first.number(0));
  const ChunkKey newest = ChunkKey::unpack(last_key_.at(index_of(tier)));
  // Of an earlier segment, too, only once the new one has lasted: a station that is started over
  // and over again writes no more than it has to.
  const std::int64_t from =
      oldest.segment == newest.segment ? oldest.tick : std::int64_t{std::chrono::hours{1} / kTick};
  return (newest.tick - from) * kTick >= kMergeAfter[index_of(tier)];
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
    const ChunkKey first = ChunkKey::unpack(keys.number(0));
    keys.reset();
    const std::int64_t end_tick =
        std::min(first.tick + kMergeAfter[which] / kTick + 1, ChunkKey::kTicks);
    last.bind(1, merged_key_.at(which)).bind(2, ChunkKey{first.segment, end_tick, 0}.packed());
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
  std::map<std::int64_t, std::map<core::WallTime, Bucket>> merged;
  Statement select(*database_, std::string("SELECT key, data FROM ") + table_of(tier) +
                                   " WHERE key BETWEEN ?1 AND ?2 ORDER BY key");
  select.bind(1, from).bind(2, to);
  while (segment.id != 0 && select.step()) {
    auto& buckets = merged[ChunkKey::unpack(select.number(0)).sensor];
    // What has gone bad since the check at opening is left out here and found by the next check.
    for (const Bucket& bucket :
         decode_chunk(select.bytes(1), segment.origin).value_or(std::vector<Bucket>{})) {
      const core::WallTime start{bucket.time.time_since_epoch() -
                                 (bucket.time.time_since_epoch() % length + length) % length};
      const auto [found, is_new] = buckets.try_emplace(start, bucket);
      if (is_new) {
        const core::Nanoseconds shift = bucket.time - start;
        found->second.time = start;
        found->second.uptime -= std::chrono::floor<std::chrono::milliseconds>(shift);
        found->second.min_offset += bucket.has_statistics ? shift : core::Nanoseconds{0};
        found->second.max_offset += bucket.has_statistics ? shift : core::Nanoseconds{0};
      } else {
        merge_into(found->second, bucket);
      }
    }
  }
  select.reset();
  Transaction transaction(*database_);
  core::WallTime newest = segment.origin.wall;
  for (const auto& [sensor, buckets] : merged) {
    if (!buckets.empty()) {
      newest = std::max(newest, buckets.rbegin()->first);
    }
  }
  const std::int64_t tick = next_tick(coarser(tier), segment, newest);
  for (const auto& [sensor, buckets] : merged) {
    std::vector<Bucket> ordered;
    for (const auto& [time, bucket] : buckets) {
      ordered.push_back(bucket);
    }
    insert_chunk(coarser(tier), segment, tick, sensor, ordered);
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
    key = ChunkKey{segment.id, segment.tick_of(oldest), 0}.packed() - 1;
  }
  if (tier != Tier::Hours) {
    key = std::min(key, merged_key_.at(index_of(tier)));
  }
  if (key >= 0) {
    delete_up_to(tier, key);
  }
}

}  // namespace isotherm::history
