#include "history/history_file.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/setup_error.hpp"
#include "history/event_fields.hpp"
#include "history/repair.hpp"

namespace isotherm::history {
namespace {

// A segment's origin lies before its first row by this much: the rows of other sensors may be
// older.
constexpr core::Nanoseconds kOriginLead = std::chrono::hours{1};
// The wall clock's distance from the monotonic one may change by this much from row to row without
// a step: slewing is at most 500 ppm (adjtimex(2)), and windows are cut at a step. Rows that are no
// further off when the clock is synchronised stay where they are, and where the CSV has them.
constexpr core::Nanoseconds kOffsetTolerance = std::chrono::milliseconds{200};
// Of one batch, so that reach_of(Tier::Windows) holds.
constexpr core::Nanoseconds kBatchSpanMax = std::chrono::minutes{50};
// PRAGMA auto_vacuum's number for it.
constexpr std::int64_t kIncremental = 2;
constexpr std::size_t kRowsPerBatch = 8192;
// More than a row ever takes, with its share of keys and pages, for making room.
constexpr std::uint64_t kRowBytesGuess = 64;

// Of a new file; before its first table.
std::string layout() {
  return "PRAGMA page_size = " + std::to_string(kPageBytes) + "; PRAGMA auto_vacuum = INCREMENTAL;";
}

core::Nanoseconds offset_of(const core::Row& row) {
  return row.time.time_since_epoch() - row.uptime;
}

// What can be read of the damaged file, into a new one beside it; how much that was. A disk that is
// full or fails is no reason to give the history up: then nothing has changed, and it is thrown.
std::string carry_over(const std::string& path) {
  const std::string fresh_name = mending_name(path);
  try {
    Database fresh(fresh_name, Database::Mode::Create);
    fresh.run(layout() + "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL");
    migrate(fresh, migrations(), fresh_name);
    const Salvage saved = salvage(path, fresh);
    return std::to_string(saved.batches) + " of its batches were carried over; " +
           std::to_string(saved.bad) + " were damaged, and " + std::to_string(saved.pages) +
           " of its pages could not be read";
  } catch (const DatabaseError& error) {
    finish_mending(path);  // half a file is removed
    if (!error.is_damage()) {
      throw;
    }
    return std::string("nothing could be carried over: ") + error.what();
  }
}

}  // namespace

HistoryFile::HistoryFile(std::string path, const HistorySettings& settings, const std::string& boot)
    : path_(std::move(path)), settings_(settings), boot_name_(boot), vfs_(settings.cap_bytes) {
  if (settings_.cap_bytes < kCapBytesMin) {
    throw core::SetupError(
        core::ExitCode::Config,
        "a cap of " + std::to_string(settings_.cap_bytes) + " bytes is too small for a history",
        path_, "give it 1 MiB at least");
  }
  try {
    open();
  } catch (const DatabaseError& error) {
    throw core::SetupError(core::ExitCode::Io,
                           std::string("the history cannot be opened: ") + error.what(), path_,
                           "make its directory writable, with room for it");
  }
}

// What SQLite does at closing, a last checkpoint, may fail like any other; the WAL stays then.
HistoryFile::~HistoryFile() = default;

void HistoryFile::open() {
  finish_mending(path_);
  bool sound = false;
  try {
    database_ = std::make_unique<Database>(path_, Database::Mode::Create, vfs_.name());
    configure();
    // Before the check: a later format may look damaged to this isotherm.
    migrate(*database_, migrations(), path_);
    sound = is_sound(*database_);
  } catch (const DatabaseError& error) {
    // A full disk, a lock or somebody else's tables are no damage: refused as they are.
    if (!error.is_damage()) {
      throw;
    }
  }
  if (!sound) {
    mend();
  }
  Statement boot(*database_, "INSERT OR IGNORE INTO boot(name) VALUES(?1)");
  boot.bind_text(1, boot_name_);
  boot.run();
  load_state();
}

// What was saved may be more than today's cap; making room is for later. Closing the damaged file
// must not write its WAL into it.
void HistoryFile::mend() {
  if (database_) {
    sqlite3_db_config(database_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    database_.reset();
  }
  const std::string carried = carry_over(path_);
  const std::string aside = set_aside(path_);
  database_ = std::make_unique<Database>(path_, Database::Mode::Create, vfs_.name());
  configure();
  migrate(*database_, migrations(), path_);
  notice_ =
      "the history " + path_ + " was damaged: it was set aside as " + aside + ", and " + carried;
}

// auto_vacuum is for a new file and has to come before its first table. Checkpoints are this
// class's own, because the cap is told from the WAL's size.
void HistoryFile::configure() {
  database_->run(
      layout() +
      "PRAGMA cache_size = -512; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL;"
      "PRAGMA temp_store = MEMORY");
  if (database_->number("PRAGMA user_version") == 0) {
    if (database_->number("SELECT count(*) FROM sqlite_schema") > 0) {
      throw core::SetupError(core::ExitCode::Io, "this is a database of something else", path_,
                             "name another file for the history");
    }
    if (database_->number("PRAGMA auto_vacuum") != kIncremental) {
      database_->run("VACUUM");  // it has pages already, and takes the setting only so
    }
  }
  sqlite3_wal_hook(
      database_->handle(),
      [](void* used, sqlite3*, const char*, int frames) {
        *static_cast<std::uint64_t*>(used) = static_cast<std::uint64_t>(frames) * kFrameBytes;
        return SQLITE_OK;
      },
      &wal_used_);
  if (database_->text("PRAGMA journal_mode = WAL") != "wal") {
    throw DatabaseError(SQLITE_CANTOPEN, "this file system cannot hold a WAL");
  }
  wal_used_ = vfs_.wal_bytes();  // at most
}

void HistoryFile::load_state() {
  Statement boot(*database_, "SELECT id FROM boot WHERE name = ?1");
  boot.bind_text(1, boot_name_);
  boot_ = boot.step() ? boot.number(0) : 0;
  segments_ = load_segments(*database_);
  segment_is_open_ = false;
  open_segment_ = 0;
  sensors_.clear();
  Statement sensors(*database_, "SELECT name, id FROM sensor");
  while (sensors.step()) {
    sensors_.emplace(sensors.bytes(0), sensors.number(1));
  }
  for (const Tier tier : {Tier::Windows, Tier::Minutes, Tier::Hours}) {
    Statement last(*database_, std::string("SELECT max(key) FROM ") + table_of(tier));
    last_key_.at(index_of(tier)) = last.step() && !last.is_null(0) ? last.number(0) : -1;
    tier_bytes_.at(index_of(tier)) = static_cast<std::uint64_t>(
        database_->number(std::string("SELECT sum(length(data)) FROM ") + table_of(tier)));
  }
  Statement progress(*database_, "SELECT tier, merged_key FROM progress");
  while (progress.step()) {
    if (progress.number(0) >= 0 && progress.number(0) < std::int64_t{kTierCount}) {
      merged_key_.at(static_cast<std::size_t>(progress.number(0))) = progress.number(1);
    }
  }
}

HistoryStatus HistoryFile::append(std::span<const core::Row> rows, std::size_t& taken) {
  taken = 0;
  try {
    while (!rows.empty()) {
      // Rows of one offset between the clocks, and of a bounded span, go together.
      std::size_t count = 1;
      const auto most = static_cast<std::size_t>(
          std::min<std::uint64_t>(kRowsPerBatch, settings_.cap_bytes / 1024));
      while (count < rows.size() && count < most &&
             std::chrono::abs(offset_of(rows[count]) - offset_of(rows[count - 1])) <=
                 kOffsetTolerance &&
             std::chrono::abs(rows[count].time - rows.front().time) <= kBatchSpanMax) {
        ++count;
      }
      make_room(count * kRowBytesGuess);
      append_batch(rows.first(count));
      rows = rows.subspan(count);
      taken += count;
    }
    maintain();
    return {};
  } catch (const DatabaseError& error) {
    return failed(error);
  }
}

// What is in memory may be ahead of what was committed: also where only room was made.
HistoryStatus HistoryFile::failed(const DatabaseError& error) {
  const std::string text = path_ + ": " + error.what();
  const std::int64_t open_segment = open_segment_;
  try {
    load_state();
  } catch (const DatabaseError&) {
    return {text + " (and its state cannot be read again)"};
  }
  // A full disk must not begin a segment at every try.
  segment_is_open_ = !segments_.empty() && segments_.back().id == open_segment;
  open_segment_ = segment_is_open_ ? open_segment : 0;
  return {text};
}

void HistoryFile::append_batch(std::span<const core::Row> rows) {
  Transaction transaction(*database_);
  const Segment segment = segment_for(rows.front());
  std::map<std::int64_t, std::vector<Bucket>> by_sensor;
  core::WallTime newest = rows.front().time;
  bool synced = false;
  for (const core::Row& row : rows) {
    by_sensor[sensor_for(row)].push_back(bucket_of(row));
    newest = std::max(newest, row.time);
    synced = synced || row.clock == core::ClockState::Synced;
  }
  if (synced && !segments_.back().synced) {
    // No step led here, so the earlier rows of the segment were right, too.
    database_->run("UPDATE segment SET synced = 1 WHERE id = " + std::to_string(segment.id));
  }
  const std::int64_t tick = next_tick(Tier::Windows, segment, newest);
  const std::uint64_t kept = kept_;
  BatchMaker batch;
  for (const auto& [sensor, buckets] : by_sensor) {
    batch.add(sensor, buckets, segment.origin);
  }
  insert_batch(Tier::Windows, {segment.id, tick}, batch.finish());
  try {
    transaction.commit();
  } catch (const DatabaseError&) {
    kept_ = kept;
    throw;
  }
  segments_.back().synced = segments_.back().synced || synced;
  segment_is_open_ = true;
  open_segment_ = segment.id;
  offset_ = offset_of(rows.back());
  if (segments_.back().synced || segments_.back().redated) {
    newest_ = std::max(newest_, newest);
  }
}

Segment& HistoryFile::segment_for(const core::Row& row) {
  if (segment_is_open_ && std::chrono::abs(offset_of(row) - offset_) <= kOffsetTolerance) {
    return segments_.back();
  }
  Segment segment;
  segment.id = segments_.empty() ? 1 : segments_.back().id + 1;
  if (segment.id >= BatchKey::kSegments) {
    throw DatabaseError(SQLITE_FULL, "the history has no more segments; begin a new file");
  }
  segment.boot = boot_;
  segment.origin = {row.time - kOriginLead,
                    std::chrono::floor<std::chrono::milliseconds>(row.uptime) - kOriginLead};
  Statement insert(*database_, "INSERT INTO segment VALUES(?1, ?2, ?3, ?4, 0, NULL)");
  insert.bind(1, segment.id)
      .bind(2, segment.boot)
      .bind(3, segment.origin.wall.time_since_epoch().count())
      .bind(4, segment.origin.uptime.count());
  insert.run();
  segments_.push_back(segment);
  return segments_.back();
}

std::int64_t HistoryFile::sensor_for(const core::Row& row) {
  if (const auto found = sensors_.find(row.sensor); found != sensors_.end()) {
    return found->second;
  }
  std::int64_t id = 0;
  for (const auto& [name, other] : sensors_) {
    id = std::max(id, other + 1);
  }
  if (id >= kSensorsMax) {
    throw DatabaseError(SQLITE_FULL, "the history has no more sensors; begin a new file");
  }
  Statement insert(*database_, "INSERT INTO sensor VALUES(?1, ?2, ?3)");
  insert.bind(1, id).bind_text(2, row.sensor).bind_text(3, row.unit);
  insert.run();
  sensors_.emplace(row.sensor, id);
  return id;
}

// Keys only grow, or merging would pass by what comes later.
std::int64_t HistoryFile::next_tick(Tier tier, const Segment& segment, core::WallTime newest) {
  const BatchKey last = BatchKey::unpack(std::max<std::int64_t>(last_key_.at(index_of(tier)), 0));
  const std::int64_t tick = segment.tick_of(newest);
  return last.segment == segment.id ? std::max(tick, last.tick + 1) : tick;
}

void HistoryFile::insert_batch(Tier tier, const BatchKey& key, const std::string& data) {
  Statement insert(*database_, std::string("INSERT INTO ") + table_of(tier) + " VALUES(?1, ?2)");
  insert.bind(1, key.packed()).bind_bytes(2, data);
  insert.run();
  kept_ += data.size() + sizeof(std::int64_t);
  tier_bytes_.at(index_of(tier)) += data.size();
  last_key_.at(index_of(tier)) = std::max(last_key_.at(index_of(tier)), key.packed());
}

HistoryStatus HistoryFile::append_event(const core::Event& event) {
  try {
    const std::string fields = event_fields(event);
    make_room(fields.size() + event.kind.size() + kRowBytesGuess);
    Statement insert(*database_,
                     "INSERT INTO event(boot, uptime_ns, dated, time_ns, severity, kind, fields) "
                     "VALUES(?1, iif(?2 > 0, ?2, NULL), ?3, ?4, ?5, ?6, ?7)");
    insert.bind(1, boot_)
        .bind(2, event.uptime.count())
        .bind(3, events_are_dated_ ? 1 : 0)
        .bind(4, event.time.time_since_epoch().count())
        .bind(5, static_cast<std::int64_t>(event.severity))
        .bind_text(6, event.kind)
        .bind_text(7, fields);
    insert.run();
    kept_ += fields.size() + event.kind.size() + 16;
    return {};
  } catch (const DatabaseError& error) {
    return failed(error);
  }
}

HistoryStatus HistoryFile::append_clock_step(const core::ClockReading& reading,
                                             core::Nanoseconds size) {
  try {
    make_room(kRowBytesGuess);
    Statement insert(*database_,
                     "INSERT INTO clock_step(boot, time_ns, uptime_ns, size_ns) "
                     "VALUES(?1, ?2, ?3, ?4)");
    insert.bind(1, boot_)
        .bind(2, reading.wall.time_since_epoch().count())
        .bind(3, reading.monotonic.time_since_epoch().count())
        .bind(4, size.count());
    insert.run();
    return {};
  } catch (const DatabaseError& error) {
    return failed(error);
  }
}

HistoryStatus HistoryFile::redate(const core::ClockReading& synced, std::size_t& segments) {
  segments = 0;
  try {
    make_room(kRowBytesGuess);
    const core::Nanoseconds offset =
        synced.wall.time_since_epoch() - synced.monotonic.time_since_epoch();
    Transaction transaction(*database_);
    Statement update(*database_,
                     "UPDATE segment SET wall_ns = wall_ns + ?2, redated_by_ns = ?2 "
                     "WHERE id = ?1 AND redated_by_ns IS NULL AND synced = 0");
    for (const Segment& segment : segments_) {
      if (segment.boot != boot_ || segment.redated) {
        continue;
      }
      if (segment.synced) {
        break;  // what comes after a synchronised stretch was not taken before the first one
      }
      const core::Nanoseconds by =
          offset - (segment.origin.wall.time_since_epoch() - segment.origin.uptime);
      const bool is_wrong = std::chrono::abs(by) > kOffsetTolerance;
      update.bind(1, segment.id).bind(2, is_wrong ? by.count() : 0).run();
      segments += is_wrong ? 1U : 0U;
    }
    // Steps do not say whether they were moved; the events do, which are moved together with them.
    Statement steps(*database_,
                    "UPDATE clock_step SET time_ns = uptime_ns + ?2 "
                    "WHERE boot = ?1 AND uptime_ns < ?3 AND abs(uptime_ns + ?2 - time_ns) > ?4 "
                    "AND NOT EXISTS (SELECT 1 FROM event WHERE boot = ?1 AND dated = 1)");
    steps.bind(1, boot_).bind(2, offset.count()).bind(4, kOffsetTolerance.count());
    steps.bind(3, synced.monotonic.time_since_epoch().count()).run();
    // Those that do not say when on the monotonic clock stay where they are.
    Statement events(*database_,
                     "UPDATE event SET dated = 1, time_ns = "
                     "iif(abs(uptime_ns + ?2 - time_ns) > ?3, uptime_ns + ?2, time_ns) "
                     "WHERE boot = ?1 AND dated = 0 AND uptime_ns IS NOT NULL");
    events.bind(1, boot_).bind(2, offset.count()).bind(3, kOffsetTolerance.count()).run();
    transaction.commit();
    events_are_dated_ = true;
    load_state();  // which also closes the segment: rows from now on have another offset
    return {};
  } catch (const DatabaseError& error) {
    segments = 0;
    return failed(error);
  }
}

HistoryUsage HistoryFile::usage() const noexcept {
  return {vfs_.written_bytes(), kept_, vfs_.total_bytes(), vfs_.peak_bytes()};
}

}  // namespace isotherm::history
