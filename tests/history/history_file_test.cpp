#include "history/history_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "core/setup_error.hpp"
#include "history/history_fixture.hpp"

namespace isotherm::history {
namespace {

using ::testing::HasSubstr;

const std::vector<std::int64_t> kFirst{0};

TEST_F(HistoryTest, HalfAnHourOf24SensorsAtOneSecondTakesNoMoreThan24BytesARow) {
  for (const std::int64_t flush : {10, 60}) {
    const std::string own = path + std::to_string(flush);
    std::uint64_t database_bytes = 0;
    HistoryUsage usage;
    {
      HistoryFile file(own, settings, "boot");
      write(file, 24, 1800, flush);
      file.checkpoint();
      database_bytes = std::filesystem::file_size(own);
      usage = file.usage();
    }
    // The file as it is, with its indexes, half-filled pages and the empty tables.
    const double a_row = static_cast<double>(database_bytes) / (24 * 1800);
    const double written = static_cast<double>(usage.written_bytes) / (24 * 1800);
    std::printf("flush %2d s: %.2f bytes a row in the file, %.2f written a row\n",
                static_cast<int>(flush), a_row, written);
    RecordProperty("bytes_a_row_flush_" + std::to_string(flush), std::to_string(a_row));
    EXPECT_LE(a_row, 24.0) << flush;
    EXPECT_LE(written / a_row, flush == 60 ? 2.4 : 3.2);
  }
}

TEST_F(HistoryTest, WindowsComeBackAsTheyWere) {
  HistoryFile file(path, settings, "boot");
  write(file, 3, 300, 10);
  HistoryReader reader(path);
  ASSERT_EQ(reader.sensors().size(), 3U);
  EXPECT_EQ(reader.sensors()[2].name, "sensor2");
  EXPECT_EQ(reader.sensors()[2].unit, "degC");
  const TimeRange range{kNow + seconds{17}, kNow + seconds{203}};
  const auto found = reader.buckets(std::vector<std::int64_t>{2, 0}, range, Tier::Windows);
  expect_same(found[0], expected("sensor2", range, {}));
  expect_same(found[1], expected("sensor0", range, {}));
  EXPECT_EQ(reader.extent()->from, kNow);
  EXPECT_EQ(reader.extent()->to, kNow + seconds{299});
}

TEST_F(HistoryTest, MinutesAndHoursAreWhatMergingTheWindowsDirectlyGives) {
  HistoryFile file(path, settings, "boot");
  // Begins within a minute; merges happen on the way, at no boundary of a minute.
  const core::WallTime start = kNow + seconds{1234};
  write(file, 2, 4 * 3600 + 777, 37, start);
  const TimeRange range{kNow, kNow + hours{6}};
  HistoryReader reader(path);
  for (int pass = 0; pass < 2; ++pass) {
    for (const Tier tier : {Tier::Minutes, Tier::Hours}) {
      const auto found = reader.buckets(kFirst, range, tier);
      expect_same(found[0], expected("sensor0", range, length_of(tier)));
    }
    ASSERT_TRUE(file.merge_all().ok());  // the second time all of it comes from its own tier
  }
  const auto totals = reader.totals(kFirst, {kNow + seconds{2000}, kNow + seconds{13'001}});
  auto all_of = expected("sensor0", {kNow + seconds{2000}, kNow + seconds{13'001}}, {});
  for (std::size_t i = 1; i < all_of.size(); ++i) {
    merge_into(all_of[0], all_of[i]);
  }
  EXPECT_EQ(totals[0]->counts, all_of[0].counts);
  EXPECT_TRUE(totals[0]->counts.identity_holds());
  EXPECT_EQ(totals[0]->sum_nano, all_of[0].sum_nano);
  EXPECT_EQ(totals[0]->min_nano, all_of[0].min_nano);
  EXPECT_EQ(totals[0]->time + totals[0]->min_offset, all_of[0].time + all_of[0].min_offset);
  EXPECT_EQ(totals[0]->max_nano, all_of[0].max_nano);
  EXPECT_EQ(totals[0]->last_nano, all_of[0].last_nano);
}

TEST_F(HistoryTest, ASeriesKeepsToItsLimit) {
  HistoryFile file(path, settings, "boot");
  write(file, 1, 7200, 60);
  HistoryReader reader(path);
  for (const std::size_t limit : {1U, 7U, 100U, 500U, 7200U}) {
    const auto series = reader.series(kFirst, {kNow, kNow + seconds{7200}}, limit);
    EXPECT_LE(series.buckets[0].size(), limit);
    std::uint64_t scheduled = 0;
    for (const Bucket& bucket : series.buckets[0]) {
      scheduled += bucket.counts.scheduled;
    }
    EXPECT_EQ(scheduled, 720'000U) << limit;
  }
}

TEST_F(HistoryTest, GoesOnBehindAnEarlierRunAndBoot) {
  for (int run = 0; run < 3; ++run) {
    HistoryFile file(path, settings, run == 2 ? "another boot" : "boot");
    write(file, 1, 100, 10, kNow + seconds{200 * run}, seconds{run == 2 ? 5 : 100 + 200 * run});
    EXPECT_EQ(file.notice(), "");
  }
  HistoryReader reader(path);
  const TimeRange range{kNow, kNow + hours{1}};
  expect_same(reader.buckets(kFirst, range, Tier::Windows)[0], expected("sensor0", range, {}));
  expect_same(reader.buckets(kFirst, range, Tier::Hours)[0], expected("sensor0", range, hours{1}));
}

TEST_F(HistoryTest, TheCapHoldsAndTheOldestWindowsGoFirst) {
  settings.cap_bytes = kCapBytesMin;
  HistoryFile file(path, settings, "boot");
  write(file, 8, 3600 * 3, 60);
  EXPECT_LE(file.usage().peak_bytes, settings.cap_bytes);
  HistoryReader reader(path);
  const TimeRange range{kNow, kNow + hours{3}};
  expect_same(reader.buckets(kFirst, range, Tier::Minutes)[0],
              expected("sensor0", range, minutes{1}));
  const auto windows = reader.buckets(kFirst, range, Tier::Windows)[0];
  ASSERT_FALSE(windows.empty());
  EXPECT_GT(windows.front().time, kNow + hours{1});
  EXPECT_EQ(windows.back().time, kNow + hours{3} - seconds{1});
}

TEST_F(HistoryTest, AReaderThatHoldsTheWalCannotBreakTheCap) {
  settings.cap_bytes = kCapBytesMin;
  HistoryFile file(path, settings, "boot");
  write(file, 8, 600, 30);
  Database reader(path, Database::Mode::ReadOnly);
  reader.run("BEGIN");
  ASSERT_GT(reader.number("SELECT count(*) FROM window_batch"), 0);
  std::size_t refused = 0;
  core::WallTime time = kNow + seconds{600};
  std::vector<core::Row> rows;
  for (int i = 0; i < 2000; ++i, time += seconds{1}) {
    rows.clear();
    for (int sensor = 0; sensor < 8; ++sensor) {
      rows.push_back(maker.row("sensor" + std::to_string(sensor), time, seconds{700} + seconds{i}));
    }
    std::size_t taken = 0;
    refused += file.append(rows, taken).ok() ? 0U : 1U;
  }
  EXPECT_GT(refused, 0U);
  EXPECT_LE(file.usage().peak_bytes, settings.cap_bytes);
  reader.run("COMMIT");
  std::size_t taken = 0;
  const auto status = file.append(rows, taken);
  EXPECT_TRUE(status.ok()) << status.error;
}

TEST_F(HistoryTest, TiersExpireByAgeAndTheCoarserOnesStay) {
  settings.retention = {hours{2}, hours{5}, core::Nanoseconds{0}};
  HistoryFile file(path, settings, "boot");
  write(file, 1, 3600 * 30, 600);
  HistoryReader reader(path);
  const TimeRange range{kNow, kNow + hours{30}};
  const auto windows = reader.buckets(kFirst, range, Tier::Windows)[0];
  EXPECT_GT(windows.front().time, kNow + hours{26});
  EXPECT_LE(windows.front().time, kNow + hours{28});
  expect_same(reader.buckets(kFirst, range, Tier::Hours)[0], expected("sensor0", range, hours{1}));
}

TEST_F(HistoryTest, AStepFrom1970RedatesEveryRowOfThatBootOnce) {
  HistoryFile file(path, settings, "boot");
  const core::WallTime wrong{seconds{10}};
  for (int i = 0; i < 60; ++i) {
    std::vector<core::Row> rows{maker.row("a", wrong + seconds{i}, seconds{10 + i})};
    rows[0].clock = core::ClockState::Unsynced;
    std::size_t taken = 0;
    ASSERT_TRUE(file.append(rows, taken).ok());
  }
  core::Event event;
  event.time = wrong + seconds{5};
  event.uptime = seconds{15};
  event.kind = "start";
  event.fields = {{"version", std::string("1")}};
  ASSERT_TRUE(file.append_event(event).ok());
  // Synced 70 s after the boot: then it is kNow, so the first row was taken 60 s before.
  const core::ClockReading synced{core::MonotonicTime{seconds{70}}, kNow, true};
  ASSERT_TRUE(file.append_clock_step(synced, kNow - (wrong + seconds{60})).ok());
  std::size_t segments = 0;
  ASSERT_TRUE(file.redate(synced, segments).ok());
  EXPECT_EQ(segments, 1U);
  ASSERT_TRUE(file.redate(synced, segments).ok());
  EXPECT_EQ(segments, 0U);
  std::vector<core::Row> rows{maker.row("a", kNow, seconds{70})};
  std::size_t taken = 0;
  ASSERT_TRUE(file.append(rows, taken).ok());
  ASSERT_TRUE(file.redate(synced, segments).ok());
  EXPECT_EQ(segments, 0U);

  HistoryReader reader(path);
  const auto found = reader.buckets(kFirst, {core::WallTime{}, kNow + hours{1}}, Tier::Windows)[0];
  ASSERT_EQ(found.size(), 61U);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].time, kNow - seconds{60} + seconds{i});
    EXPECT_EQ(found[i].uptime, seconds{10} + seconds{i});
  }
  const auto events = reader.events({kNow - hours{1}, kNow});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].time, kNow - seconds{55});
  EXPECT_EQ(events[0].fields, "{\"version\":\"1\"}");
  ASSERT_EQ(reader.clock_steps({kNow, kNow + seconds{1}}).size(), 1U);
}

TEST_F(HistoryTest, AFileOfALaterFormatIsRefusedAndLeftAsItIs) {
  {
    Database later(path, Database::Mode::Create);
    later.run("CREATE TABLE t(x); PRAGMA user_version = 999");
  }
  try {
    HistoryFile file(path, settings, "boot");
    FAIL() << "it was opened";
  } catch (const core::SetupError& error) {
    EXPECT_THAT(error.problem(), HasSubstr("format 999"));
    EXPECT_EQ(error.where(), path);
    EXPECT_THAT(error.mend(), HasSubstr("move the file away"));
  }
  EXPECT_THROW(HistoryReader{path}, core::SetupError);
  EXPECT_FALSE(std::filesystem::exists(path + ".damaged"));
}

TEST_F(HistoryTest, AnEmptyFileBecomesAHistory) {
  {
    Database empty(path, Database::Mode::Create);
    empty.run("CREATE TABLE t(x); DROP TABLE t");  // with pages, but nothing in them
  }
  {
    HistoryFile file(path, settings, "boot");
    write(file, 1, 10, 10);
  }
  Database database(path, Database::Mode::ReadOnly);
  EXPECT_EQ(database.number("PRAGMA user_version"), 1);
  EXPECT_EQ(database.number("PRAGMA auto_vacuum"), 2);
}

TEST_F(HistoryTest, MigrationsRunInOrderEachOnceFromWhereverTheFileStands) {
  constexpr Migration kSteps[] = {{1, "CREATE TABLE a(x); INSERT INTO a VALUES(1)"},
                                  {2, "INSERT INTO a VALUES(2)"},
                                  {3, "UPDATE a SET x = x * 10"}};
  const std::span<const Migration> steps(kSteps);
  for (std::size_t earlier = 0; earlier < 3; ++earlier) {
    const std::string own = path + std::to_string(earlier);
    Database database(own, Database::Mode::Create);
    migrate(database, steps.first(earlier), own);
    migrate(database, steps, own);
    migrate(database, steps, own);
    EXPECT_EQ(database.number("PRAGMA user_version"), 3);
    EXPECT_EQ(database.text("SELECT group_concat(x) FROM a"), "10,20");
  }
}

TEST_F(HistoryTest, AMigrationThatFailsLeavesTheFileAsItWas) {
  constexpr Migration kSteps[] = {{1, "CREATE TABLE a(x)"}, {2, "DROP TABLE a; no such thing"}};
  Database database(path, Database::Mode::Create);
  EXPECT_THROW(migrate(database, kSteps, path), DatabaseError);
  EXPECT_EQ(database.number("PRAGMA user_version"), 1);
  EXPECT_EQ(database.number("SELECT count(*) FROM a"), 0);
}

// What isotherm of format 1 made. Never changed: it stands for the files that people have.
constexpr const char* kRecordedVersion1 = R"(
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
CREATE TABLE event(id INTEGER PRIMARY KEY, segment INTEGER, time_ns INTEGER NOT NULL,
  severity INTEGER NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL);
CREATE INDEX event_by_time ON event(time_ns);
CREATE TABLE clock_step(id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, time_ns INTEGER NOT NULL,
  uptime_ns INTEGER NOT NULL, size_ns INTEGER NOT NULL);
INSERT INTO sensor VALUES(0, 'old', 'degC');
INSERT INTO boot VALUES(1, 'then');
INSERT INTO segment VALUES(1, 1, 1767222000000000000, -3500000000000, 1, NULL);
INSERT INTO window_batch VALUES(8589963392, $);
)";

std::string in_hex(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string hex = "x'";
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    hex += kDigits[value >> 4U];
    hex += kDigits[value & 15U];
  }
  return hex + "'";
}

TEST_F(HistoryTest, AFileOfEveryEarlierFormatBecomesTodaysWithItsRows) {
  // 60 rows of format 1, as its own bytes.
  RowMaker then(5);
  std::vector<Bucket> buckets;
  for (int i = 0; i < 60; ++i) {
    all.push_back(then.row("old", kNow + seconds{i}, seconds{100 + i}));
    buckets.push_back(bucket_of(all.back()));
  }
  BatchMaker batch;
  batch.add(0, buckets, {kNow - hours{1}, seconds{100} - hours{1}});
  std::string sql = kRecordedVersion1;
  sql.replace(sql.find('$'), 1, in_hex(batch.finish()));
  {
    Database database(path, Database::Mode::Create);
    database.run(sql + "PRAGMA user_version = 1");
  }
  const std::string fresh_path = path + ".fresh";
  {
    HistoryFile fresh(fresh_path, settings, "boot");
    HistoryFile file(path, settings, "boot");
    EXPECT_EQ(file.notice(), "");
    write(file, 1, 60, 60, kNow + hours{2}, seconds{5});
  }
  const std::string schema =
      "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema "
      "WHERE sql IS NOT NULL ORDER BY name)";
  Database migrated(path, Database::Mode::ReadOnly);
  Database fresh(fresh_path, Database::Mode::ReadOnly);
  EXPECT_EQ(migrated.text(schema), fresh.text(schema));
  EXPECT_EQ(migrated.number("PRAGMA user_version"), fresh.number("PRAGMA user_version"));
  HistoryReader reader(path);
  ASSERT_EQ(reader.sensors().size(), 2U);
  const TimeRange range{kNow, kNow + hours{3}};
  expect_same(reader.buckets(kFirst, range, Tier::Windows)[0], expected("old", range, {}));
}

TEST_F(HistoryTest, AYearOfMinutesStaysWithinAMebibyteAndKeepsSomeOfEveryTier) {
  settings.cap_bytes = kCapBytesMin;
  settings.retention = {core::Nanoseconds{0}, core::Nanoseconds{0}, core::Nanoseconds{0}};
  constexpr int kDays = 365;
  std::vector<core::Row> rows;
  core::WallTime time = kNow;
  for (std::int64_t i = 0; i < 1000; ++i) {
    all.push_back(maker.row("a", kNow, seconds{0}));
  }
  std::unique_ptr<HistoryFile> file;
  for (int day = 0; day < kDays; ++day) {
    // Many boots, so that segments have to go, too, and more events than fit.
    if (day % 5 == 0) {
      file.reset();
      file = std::make_unique<HistoryFile>(path, settings, "boot" + std::to_string(day));
    }
    for (int minute = 0; minute < 24 * 60; ++minute, time += minutes{1}) {
      rows.push_back(all[static_cast<std::size_t>(minute + day) % all.size()]);
      rows.back().time = time;
      rows.back().uptime = minutes{24 * 60 * (day % 5) + minute};
    }
    std::size_t taken = 0;
    const HistoryStatus status = file->append(rows, taken);
    ASSERT_TRUE(status.ok()) << status.error << " on day " << day;
    ASSERT_EQ(taken, rows.size());
    rows.clear();
    core::Event event;
    event.kind = "start";
    event.time = time;
    event.fields = {{"text", std::string(200, 'x')}};
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(file->append_event(event).ok());
    }
    ASSERT_LE(file->usage().peak_bytes, settings.cap_bytes) << "on day " << day;
  }
  HistoryReader reader(path);
  const TimeRange range{kNow, time};
  for (const Tier tier : {Tier::Windows, Tier::Minutes, Tier::Hours}) {
    const auto found = reader.buckets(kFirst, range, tier)[0];
    ASSERT_FALSE(found.empty()) << table_of(tier);
    EXPECT_GE(found.back().time, time - hours{2});
  }
  EXPECT_GT(reader.buckets(kFirst, range, Tier::Hours)[0].size(), 24U * 120);
  Database database(path, Database::Mode::ReadOnly);
  EXPECT_LT(database.number("SELECT count(*) FROM event"), 20 * kDays);
  EXPECT_GE(database.number("SELECT count(*) FROM event"), 256);
  EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
}

TEST_F(HistoryTest, BootsAndSegmentsWithoutAnyRowsAreForgotten) {
  settings.retention = {hours{2}, hours{2}, hours{48}};
  for (int day = 0; day < 9; ++day) {
    HistoryFile file(path, settings, "boot" + std::to_string(day));
    write(file, 1, 26 * 60, 1800, kNow + hours{24 * day}, seconds{5});
    for (int hour = 2; hour < 24; ++hour) {
      write(file, 1, 60, 60, kNow + hours{24 * day + hour}, seconds{5} + hours{hour});
    }
  }
  Database database(path, Database::Mode::ReadOnly);
  EXPECT_LE(database.number("SELECT count(*) FROM boot"), 5);
  EXPECT_EQ(database.number("SELECT count(*) FROM segment"),
            database.number("SELECT count(*) FROM segment_copy"));
  EXPECT_LE(database.number("SELECT count(*) FROM segment"), 5);
}

TEST_F(HistoryTest, MergingThatFailedIsMadeUpForLater) {
  settings.cap_bytes = kCapBytesMin;
  HistoryFile file(path, settings, "boot");
  write(file, 2, 3000, 60);
  {
    // A reader that holds the WAL until nothing more is taken; the hour passes meanwhile.
    Database reader(path, Database::Mode::ReadOnly);
    reader.run("BEGIN");
    ASSERT_GT(reader.number("SELECT count(*) FROM window_batch"), 0);
    std::size_t refused = 0;
    for (int i = 0; i < 200 && refused == 0; ++i) {
      std::vector<core::Row> rows;
      for (int second = 0; second < 60; ++second) {
        const auto since = seconds{3000 + 60 * i + second};
        rows.push_back(maker.row("sensor0", kNow + since, seconds{100} + since));
        rows.push_back(maker.row("sensor1", kNow + since, seconds{100} + since));
      }
      std::size_t taken = 0;
      refused += file.append(rows, taken).ok() ? 0U : 1U;
      all.insert(all.end(), rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    EXPECT_EQ(refused, 1U);
    reader.run("COMMIT");
  }
  write(file, 2, 7200, 60, kNow + hours{6}, seconds{100} + hours{6});
  ASSERT_TRUE(file.merge_all().ok());
  HistoryReader reader(path);
  const TimeRange range{kNow, kNow + hours{9}};
  expect_same(reader.buckets(kFirst, range, Tier::Hours)[0], expected("sensor0", range, hours{1}));
  Database database(path, Database::Mode::ReadOnly);
  EXPECT_EQ(database.number("SELECT count(*) FROM segment"), 1);
}

TEST_F(HistoryTest, ACapThatIsTooSmallAndADirectoryThatIsNotThereAreRefused) {
  EXPECT_THROW(HistoryFile(directory + "/none/history.db", settings, "boot"), core::SetupError);
  settings.cap_bytes = kCapBytesMin - 1;
  EXPECT_THROW(HistoryFile(path, settings, "boot"), core::SetupError);
}

}  // namespace
}  // namespace isotherm::history
