#include "history/history_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <utility>

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

TEST_F(HistoryTest, RowsThatAreAsGoodAsRightStayWhereTheCsvHasThem) {
  HistoryFile file(path, settings, "boot");
  std::vector<core::Row> rows{maker.row("a", kNow, seconds{10})};
  rows[0].clock = core::ClockState::Unsynced;
  std::size_t taken = 0;
  ASSERT_TRUE(file.append(rows, taken).ok());
  core::Event event;
  event.time = kNow;
  event.uptime = seconds{10};
  event.kind = "start";
  ASSERT_TRUE(file.append_event(event).ok());
  const core::ClockReading synced{core::MonotonicTime{seconds{70}},
                                  kNow + seconds{60} - milliseconds{20}, true};
  std::size_t segments = 0;
  ASSERT_TRUE(file.redate(synced, segments).ok());
  EXPECT_EQ(segments, 0U);
  // It has been looked at: what the clock does later is not its affair.
  ASSERT_TRUE(
      file.redate({core::MonotonicTime{seconds{80}}, kNow + hours{1}, true}, segments).ok());
  EXPECT_EQ(segments, 0U);
  HistoryReader reader(path);
  EXPECT_FALSE(reader.was_redated());
  const TimeRange around{kNow - hours{1}, kNow + hours{1}};
  const auto found = reader.buckets(kFirst, around, Tier::Windows)[0];
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].time, kNow);
  ASSERT_EQ(reader.events(around).size(), 1U);
  EXPECT_EQ(reader.events(around)[0].time, kNow);
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
  const core::ClockReading early{core::MonotonicTime{seconds{30}}, wrong + seconds{20}, false};
  ASSERT_TRUE(file.append_clock_step(early, seconds{7}).ok());
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
  const core::WallTime moved = kNow - seconds{40};
  EXPECT_EQ(reader.clock_steps({moved, moved + seconds{1}}).size(), 1U);
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
CREATE TABLE event(id INTEGER PRIMARY KEY, boot INTEGER NOT NULL, uptime_ns INTEGER,
  dated INTEGER NOT NULL, time_ns INTEGER NOT NULL, severity INTEGER NOT NULL, kind TEXT NOT NULL,
  fields TEXT NOT NULL);
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

// Somebody who may write neither the directory nor the file: user 65534, if the test is root's.
class Anybody {
 public:
  explicit Anybody(std::string directory) : directory_(std::move(directory)) {
    std::filesystem::permissions(directory_, std::filesystem::perms{0555});
    EXPECT_EQ(seteuid(before_ == 0 ? 65534 : before_), 0);
  }
  ~Anybody() {
    EXPECT_EQ(seteuid(before_), 0);
    std::filesystem::permissions(directory_, std::filesystem::perms{0755});
  }
  Anybody(const Anybody&) = delete;
  Anybody& operator=(const Anybody&) = delete;
  Anybody(Anybody&&) = delete;
  Anybody& operator=(Anybody&&) = delete;

 private:
  std::string directory_;
  uid_t before_ = geteuid();
};

TEST_F(HistoryTest, WhoMayOnlyReadTheFileReadsItWhileAStationWritesAndAfterwards) {
#ifdef __aarch64__
  // "unable to open database file"; on x86-64 and on 32-bit ARM (emulated, too) it is read.
  GTEST_SKIP() << "not under qemu-user's emulation of arm64";
#endif
  path = directory + "/what? #1 100%.db";
  auto file = std::make_unique<HistoryFile>(path, settings, "boot");
  write(*file, 1, 60, 60);
  const TimeRange range{kNow, kNow + hours{1}};
  const auto expect_readable = [&] {
    const Anybody anybody(directory);
    HistoryReader reader(path);
    expect_same(reader.buckets(kFirst, range, Tier::Windows)[0], expected("sensor0", range, {}));
  };
  expect_readable();
  file.reset();
  ASSERT_FALSE(std::filesystem::exists(path + "-wal"));
  expect_readable();
}

TEST_F(HistoryTest, ACapThatIsTooSmallAndADirectoryThatIsNotThereAreRefused) {
  EXPECT_THROW(HistoryFile(directory + "/none/history.db", settings, "boot"), core::SetupError);
  settings.cap_bytes = kCapBytesMin - 1;
  EXPECT_THROW(HistoryFile(path, settings, "boot"), core::SetupError);
}

}  // namespace
}  // namespace isotherm::history
