#include "history/schema.hpp"

#include <algorithm>
#include <array>

#include "core/setup_error.hpp"

namespace isotherm::history {
namespace {

constexpr const char* kVersion1 = R"(
CREATE TABLE sensor(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, unit TEXT NOT NULL);
CREATE TABLE boot(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE segment(id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, wall_ns INTEGER NOT NULL,
  uptime_ns INTEGER NOT NULL, synced INTEGER NOT NULL, redated_by_ns INTEGER);
CREATE TABLE segment_copy(id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, wall_ns INTEGER NOT NULL,
  uptime_ns INTEGER NOT NULL, synced INTEGER NOT NULL, redated_by_ns INTEGER);
CREATE TRIGGER segment_made AFTER INSERT ON segment BEGIN
  INSERT OR REPLACE INTO segment_copy SELECT * FROM segment WHERE id = new.id;
END;
CREATE TRIGGER segment_changed AFTER UPDATE ON segment BEGIN
  INSERT OR REPLACE INTO segment_copy SELECT * FROM segment WHERE id = new.id;
END;
CREATE TRIGGER segment_gone AFTER DELETE ON segment BEGIN
  DELETE FROM segment_copy WHERE id = old.id;
END;
CREATE TABLE window_batch(key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE minute_batch(key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE hour_batch(key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE progress(tier INTEGER PRIMARY KEY, merged_key INTEGER NOT NULL);
INSERT INTO progress VALUES(0, -1), (1, -1);
CREATE TABLE event(id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, uptime_ns INTEGER,
  dated INTEGER NOT NULL, time_ns INTEGER NOT NULL, severity INTEGER NOT NULL, kind TEXT NOT NULL,
  fields TEXT NOT NULL);
CREATE INDEX event_by_time ON event(time_ns);
CREATE TABLE clock_step(id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, time_ns INTEGER NOT NULL,
  uptime_ns INTEGER NOT NULL, size_ns INTEGER NOT NULL);
)";

constexpr std::array kMigrations{Migration{1, kVersion1}};

}  // namespace

const char* table_of(Tier tier) noexcept {
  static constexpr std::array kTables{"window_batch", "minute_batch", "hour_batch"};
  return kTables.at(index_of(tier));
}

core::Nanoseconds length_of(Tier tier) noexcept {
  static constexpr std::array<core::Nanoseconds, kTierCount> kLengths{
      core::Nanoseconds{0}, std::chrono::minutes{1}, std::chrono::hours{1}};
  return kLengths.at(index_of(tier));
}

core::Nanoseconds reach_of(Tier tier) noexcept {
  static constexpr std::array<core::Nanoseconds, kTierCount> kReaches{
      std::chrono::hours{2}, std::chrono::hours{6}, std::chrono::hours{72}};
  return kReaches.at(index_of(tier));
}

std::int64_t Segment::tick_of(core::WallTime time) const noexcept {
  return std::clamp<std::int64_t>((time - origin.wall) / kTick, 0, BatchKey::kTicks - 1);
}

core::WallTime Segment::time_of(std::int64_t tick) const noexcept {
  return origin.wall + tick * kTick;
}

std::vector<Segment> load_segments(Database& database) {
  std::vector<Segment> segments;
  Statement select(database,
                   "SELECT id, boot, wall_ns, uptime_ns, synced, redated_by_ns FROM segment "
                   "ORDER BY id");
  while (select.step()) {
    segments.push_back(
        {select.number(0),
         select.number(1),
         {core::WallTime{core::Nanoseconds{select.number(2)}}, core::Nanoseconds{select.number(3)}},
         select.number(4) != 0,
         !select.is_null(5),
         select.number(5) != 0});
  }
  return segments;
}

std::span<const Migration> migrations() noexcept { return kMigrations; }

void migrate(Database& database, std::span<const Migration> steps, const std::string& path) {
  const std::int64_t version = database.number("PRAGMA user_version");
  const std::int64_t last = steps.empty() ? 0 : steps.back().to;
  if (version > last) {
    throw core::SetupError(
        core::ExitCode::Io,
        "the history has format " + std::to_string(version) +
            ", and this isotherm knows formats up to " + std::to_string(last),
        path, "run the isotherm that wrote it, or move the file away to begin a new one");
  }
  for (const Migration& step : steps) {
    if (step.to > version) {
      Transaction transaction(database);
      database.run(step.sql);
      database.run("PRAGMA user_version = " + std::to_string(step.to));
      transaction.commit();
    }
  }
}

}  // namespace isotherm::history
