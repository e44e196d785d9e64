#include "history/history_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <semaphore>

#include "core/setup_error.hpp"
#include "history/history_fixture.hpp"
#include "support/fake_helper_threads.hpp"

namespace isotherm::history {
namespace {

class HistoryWriterTest : public HistoryTest {
 protected:
  core::Row row(std::int64_t second) {
    return maker.row("a", kNow + seconds{second}, seconds{100 + second});
  }
  std::unique_ptr<HistoryFile> file() {
    return std::make_unique<HistoryFile>(path, settings, "boot");
  }
  HistoryWriter::OpenFile opener() {
    return [this] { return file(); };
  }
  std::size_t kept_windows() {
    HistoryReader reader(path);
    return reader.buckets(std::vector<std::int64_t>{0}, {kNow, kNow + hours{9}}, Tier::Windows)[0]
        .size();
  }

  test::FakeHelperThreads threads{test::FakeHelperThreads::Mode::Thread};
};

TEST_F(HistoryWriterTest, WhatWaitsIsKeptAtTheEnd) {
  HistoryWriter writer(opener(), settings, threads, nullptr);
  for (int i = 0; i < 100; ++i) {
    writer.write(row(i));
  }
  core::Event event;
  event.time = kNow;
  event.kind = "start";
  writer.write(event);
  const HistoryOutcome outcome = writer.finish();
  EXPECT_EQ(outcome.rows, 100U);
  EXPECT_EQ(outcome.rows_lost, 0U);
  EXPECT_EQ(outcome.events, 1U);
  EXPECT_GT(outcome.usage.written_bytes, outcome.usage.kept_bytes);
  EXPECT_EQ(kept_windows(), 100U);
  EXPECT_EQ(writer.finish().rows, 100U);
}

TEST_F(HistoryWriterTest, WhatIsBeyondTheLimitIsLostAndCounted) {
  settings.waiting_rows_max = 10;
  HistoryWriter writer(opener(), settings, threads, nullptr);
  for (int i = 0; i < 25; ++i) {
    writer.write(row(i));
  }
  const HistoryOutcome outcome = writer.finish();
  EXPECT_EQ(outcome.rows, 10U);
  EXPECT_EQ(outcome.rows_lost, 15U);
  EXPECT_EQ(kept_windows(), 10U);
}

TEST_F(HistoryWriterTest, WhileAnotherHoldsTheFileRowsWaitAndAtTheEndAreCountedAsLost) {
  file();
  Database other(path, Database::Mode::Existing);
  other.run("BEGIN IMMEDIATE");
  HistoryWriter writer(opener(), settings, threads, nullptr);
  writer.write(row(0));
  const HistoryOutcome outcome = writer.finish();
  other.run("ROLLBACK");
  EXPECT_EQ(outcome.rows, 0U);
  EXPECT_EQ(outcome.rows_lost, 1U);
  EXPECT_THAT(outcome.last_error, ::testing::HasSubstr("locked"));
}

TEST_F(HistoryWriterTest, AFileThatCannotBeOpenedIsTriedAgainAndNothingIsLostMeanwhile) {
  int tries = 0;
  const auto later = [this, &tries]() -> std::unique_ptr<HistoryFile> {
    if (++tries == 1) {
      throw core::SetupError(core::ExitCode::Io, "the disk is full", path, "make room");
    }
    return file();
  };
  HistoryWriter writer(later, settings, threads, nullptr);
  writer.write(row(0));
  const HistoryOutcome outcome = writer.finish();
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(outcome.rows, 1U);
  EXPECT_EQ(outcome.rows_lost, 0U);
  EXPECT_THAT(outcome.last_error, ::testing::HasSubstr("the disk is full"));
  EXPECT_EQ(outcome.trouble, "");  // it is over
}

TEST_F(HistoryWriterTest, MergingThatFailsIsToldAndKeepsNothingElseUp) {
  file();
  Database(path, Database::Mode::Existing)
      .run(
          "CREATE TRIGGER refuse BEFORE INSERT ON minute_batch BEGIN"
          " SELECT RAISE(ABORT, 'no minutes'); END");
  HistoryWriter writer(opener(), settings, threads, nullptr);
  for (int i = 0; i < 4000; ++i) {
    writer.write(row(3 * i));
  }
  writer.write(core::Event{});
  const HistoryOutcome outcome = writer.finish();
  EXPECT_EQ(outcome.rows, 4000U);
  EXPECT_EQ(outcome.events, 1U);
  EXPECT_THAT(outcome.trouble, ::testing::HasSubstr("no minutes"));
  EXPECT_EQ(outcome.trouble, outcome.last_error);
}

TEST_F(HistoryWriterTest, AFileThatIsNeverToBeHadCostsTheHistoryAndSaysSo) {
  HistoryWriter writer(
      []() -> std::unique_ptr<HistoryFile> {
        throw core::SetupError(core::ExitCode::Io, "no such directory", "/none", "make it");
      },
      settings, threads, nullptr);
  writer.write(row(0));
  writer.write(core::Event{});
  const HistoryOutcome outcome = writer.finish();
  EXPECT_EQ(outcome.rows, 0U);
  EXPECT_EQ(outcome.rows_lost, 1U);
  EXPECT_EQ(outcome.events_lost, 1U);
  EXPECT_THAT(outcome.last_error, ::testing::HasSubstr("no such directory"));
}

// A window that closes late comes after the step, beside others that began after it.
TEST_F(HistoryWriterTest, EveryRowOfABootIsMovedFrom1970ToTodayAndNoneTwice) {
  settings.flush_interval = seconds{3600};
  const auto wrong = [this](std::int64_t second) {
    core::Row made = maker.row("a", core::WallTime{seconds{second}}, seconds{100 + second});
    made.clock = core::ClockState::Unsynced;
    return made;
  };
  {
    HistoryWriter first(opener(), settings, threads, nullptr);
    for (int i = 0; i < 5; ++i) {
      first.write(wrong(i));
    }
    EXPECT_EQ(first.finish().rows, 5U);
  }
  HistoryWriter writer(opener(), settings, threads, nullptr);
  for (int i = 5; i < 8; ++i) {
    writer.write(wrong(i));
  }
  const core::ClockReading synced{core::MonotonicTime{seconds{110}}, kNow + seconds{10}, true};
  writer.clock_stepped(synced, kNow - core::WallTime{});
  writer.clock_synced(synced);
  writer.write(row(10));
  writer.write(wrong(8));
  writer.write(row(11));
  writer.write(wrong(9));
  writer.clock_synced(synced);
  EXPECT_EQ(writer.finish().rows_lost, 0U);

  HistoryReader reader(path);
  const auto found = reader.buckets(std::vector<std::int64_t>{0},
                                    {core::WallTime{}, kNow + hours{1}}, Tier::Windows)[0];
  std::vector<core::WallTime> times;
  for (const Bucket& bucket : found) {
    times.push_back(bucket.time);
    EXPECT_EQ(bucket.time - kNow, bucket.uptime - seconds{100});
  }
  std::sort(times.begin(), times.end());
  ASSERT_EQ(times.size(), 12U);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(times[static_cast<std::size_t>(i)], kNow + seconds{i});
  }
}

TEST_F(HistoryWriterTest, HoweverOftenTheClockIsSteppedThatItIsRightIsNotMissed) {
  settings.flush_interval = seconds{3600};
  HistoryWriter writer(opener(), settings, threads, nullptr);
  core::Row before = maker.row("a", core::WallTime{}, seconds{100});
  before.clock = core::ClockState::Unsynced;
  writer.write(before);
  const core::ClockReading reading{core::MonotonicTime{seconds{101}}, core::WallTime{seconds{1}},
                                   false};
  for (int i = 0; i < 100; ++i) {
    writer.clock_stepped(reading, seconds{1});
  }
  writer.clock_synced({core::MonotonicTime{seconds{110}}, kNow + seconds{10}, true});
  writer.finish();
  EXPECT_EQ(kept_windows(), 1U);
}

// The file is opened at the start, or else with the next flush.
TEST_F(HistoryWriterTest, ThatTheClockIsRightIsNotKeptWaitingForTheInterval) {
  settings.flush_interval = seconds{3600};
  int tries = 0;
  std::binary_semaphore flushes{0};
  const auto later = [&]() -> std::unique_ptr<HistoryFile> {
    if (++tries == 1) {
      throw core::SetupError(core::ExitCode::Io, "the disk is full", path, "make room");
    }
    flushes.release();
    return file();
  };
  HistoryWriter writer(later, settings, threads, nullptr);
  core::Row before = maker.row("a", core::WallTime{}, seconds{100});
  before.clock = core::ClockState::Unsynced;
  writer.write(before);
  writer.clock_synced({core::MonotonicTime{seconds{110}}, kNow + seconds{10}, true});
  EXPECT_TRUE(flushes.try_acquire_for(seconds{60}));
  writer.finish();
  EXPECT_EQ(kept_windows(), 1U);
}

TEST_F(HistoryWriterTest, AnIntervalInWhichMoreComesThanMayWaitIsNotUsed) {
  EXPECT_EQ(widest_flush_interval(settings, 24), seconds{170});
  EXPECT_EQ(widest_flush_interval(settings, 24 / 60.0), kFlushIntervalMax);
  settings.waiting_rows_max = 10;  // it is not woken up below 256
  EXPECT_EQ(widest_flush_interval(settings, 256), seconds{1});
}

TEST_F(HistoryWriterTest, AFileThatIsTakenAwayIsMadeAnewAndToldOf) {
  std::vector<std::string> told;
  {
    HistoryWriter writer(
        [this] {
          auto opened = file();
          std::filesystem::remove(path);
          return opened;
        },
        settings, threads, [&told](const std::string& text) { told.push_back(text); });
    writer.finish();
  }
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], ::testing::HasSubstr("was taken away: a new one is begun"));
}

TEST_F(HistoryWriterTest, RowsThatComeAfterItWasTakenAwayAreInTheNewOne) {
  int opened = 0;
  HistoryWriter writer(
      [&] {
        auto now = file();
        if (++opened == 1) {
          std::filesystem::rename(path, path + ".elsewhere");
        }
        return now;
      },
      settings, threads, nullptr);
  writer.write(row(0));
  EXPECT_EQ(writer.finish().rows, 1U);
  EXPECT_EQ(opened, 2);
  EXPECT_EQ(kept_windows(), 1U);
}

TEST_F(HistoryWriterTest, ARepairIsToldOnce) {
  file();
  std::filesystem::resize_file(path, 5000);
  std::vector<std::string> told;
  HistoryWriter writer(opener(), settings, threads,
                       [&told](const std::string& text) { told.push_back(text); });
  writer.finish();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], ::testing::HasSubstr("was damaged"));
}

}  // namespace
}  // namespace isotherm::history
