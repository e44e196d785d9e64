// How long a history keeps what, and that it never passes its cap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "history/history_file.hpp"
#include "history/history_fixture.hpp"

namespace isotherm::history {
namespace {

using HistoryRetentionTest = HistoryTest;

const std::vector<std::int64_t> kOnlySensor{0};

TEST_F(HistoryRetentionTest, TheCapHoldsAndTheOldestWindowsGoFirst) {
  settings.cap_bytes = kCapBytesMin;
  HistoryFile file(path, settings, "boot");
  write(file, 8, 3600 * 3, 60);
  EXPECT_LE(file.usage().peak_bytes, settings.cap_bytes);
  HistoryReader reader(path);
  const TimeRange range{kNow, kNow + hours{3}};
  expect_same(reader.buckets(kOnlySensor, range, Tier::Minutes)[0],
              expected("sensor0", range, minutes{1}));
  const auto windows = reader.buckets(kOnlySensor, range, Tier::Windows)[0];
  ASSERT_FALSE(windows.empty());
  EXPECT_GT(windows.front().time, kNow + hours{1});
  EXPECT_EQ(windows.back().time, kNow + hours{3} - seconds{1});
}

// Windows that the cap lets stay for half an hour, and minutes that it lets stay for five: both go
// before they are merged because of their age.
TEST_F(HistoryRetentionTest, WhatTheCapDeletesHasBeenMerged) {
  settings.cap_bytes = kCapBytesMin;
  for (const auto& [window, whole] : {std::pair{1, hours{2}}, std::pair{15, hours{12}}}) {
    const std::string own = path + std::to_string(window);
    HistoryFile file(own, settings, "boot");
    all.clear();
    std::vector<core::Row> rows;
    for (core::Nanoseconds since{0}; since < whole; since += seconds{window}) {
      for (int sensor = 0; sensor < 24; ++sensor) {
        rows.push_back(
            maker.row("sensor" + std::to_string(sensor), kNow + since, seconds{100} + since));
      }
      all.push_back(rows[rows.size() - 24]);
      if (rows.size() >= 24 * 60) {
        std::size_t taken = 0;
        const HistoryStatus status = file.append(rows, taken);
        ASSERT_TRUE(status.ok()) << status.error;
        rows.clear();
      }
    }
    EXPECT_LE(file.usage().peak_bytes, settings.cap_bytes);
    HistoryReader reader(own);
    const TimeRange range{kNow, kNow + whole};
    expect_same(reader.buckets(kOnlySensor, range, Tier::Hours)[0],
                expected("sensor0", range, hours{1}));
  }
}

TEST_F(HistoryRetentionTest, AReaderThatHoldsTheWalCannotBreakTheCap) {
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

TEST_F(HistoryRetentionTest, TiersExpireByAgeAndTheCoarserOnesStay) {
  settings.retention = {hours{2}, hours{5}, core::Nanoseconds{0}};
  HistoryFile file(path, settings, "boot");
  write(file, 1, 3600 * 30, 600);
  HistoryReader reader(path);
  const TimeRange range{kNow, kNow + hours{30}};
  const auto windows = reader.buckets(kOnlySensor, range, Tier::Windows)[0];
  EXPECT_GT(windows.front().time, kNow + hours{26});
  EXPECT_LE(windows.front().time, kNow + hours{28});
  expect_same(reader.buckets(kOnlySensor, range, Tier::Hours)[0],
              expected("sensor0", range, hours{1}));
}

TEST_F(HistoryRetentionTest, AYearOfMinutesStaysWithinAMebibyteAndKeepsSomeOfEveryTier) {
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
    for (int i = 0; i < 4; ++i) {
      ASSERT_TRUE(file->append_event(event).ok());
    }
    ASSERT_LE(file->usage().peak_bytes, settings.cap_bytes) << "on day " << day;
  }
  HistoryReader reader(path);
  const TimeRange range{kNow, time};
  for (const Tier tier : {Tier::Windows, Tier::Minutes, Tier::Hours}) {
    const auto found = reader.buckets(kOnlySensor, range, tier)[0];
    ASSERT_FALSE(found.empty()) << table_of(tier);
    EXPECT_GE(found.back().time, time - hours{2});
  }
  EXPECT_GT(reader.buckets(kOnlySensor, range, Tier::Hours)[0].size(), 24U * 120);
  Database database(path, Database::Mode::ReadOnly);
  EXPECT_LT(database.number("SELECT count(*) FROM event"), 20 * kDays);
  EXPECT_GE(database.number("SELECT count(*) FROM event"), 256);
  EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
}

TEST_F(HistoryRetentionTest, BootsAndSegmentsWithoutAnyRowsAreForgotten) {
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

TEST_F(HistoryRetentionTest, MergingThatFailedIsMadeUpForLater) {
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
  expect_same(reader.buckets(kOnlySensor, range, Tier::Hours)[0],
              expected("sensor0", range, hours{1}));
  Database database(path, Database::Mode::ReadOnly);
  EXPECT_EQ(database.number("SELECT count(*) FROM segment"), 1);
}

}  // namespace
}  // namespace isotherm::history
