// The log as a whole, with a thread; everything that needs none is tested on LogWriter.
#include "store/temperature_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/setup_error.hpp"
#include "store/rows.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::store {
namespace {

using test::make_row;

class PlainThreads : public core::HelperThreads {
 public:
  std::unique_ptr<core::HelperThread> start(const std::string& name,
                                            std::function<void(std::stop_token)> body) override {
    names.push_back(name);
    struct Plain : core::HelperThread {
      explicit Plain(std::function<void(std::stop_token)> run) : thread(std::move(run)) {}
      std::jthread thread;
    };
    return std::make_unique<Plain>(std::move(body));
  }
  std::vector<std::string> names;
};

class TemperatureLogTest : public testing::Test {
 protected:
  void start() {
    log.emplace(
        settings, directory, threads, 2,
        [this](std::string notice) {
          const std::lock_guard lock(mutex);
          notices.push_back(std::move(notice));
        },
        clock);
  }
  [[nodiscard]] test::ReadLog read() const {
    return test::read_log(directory.text("temperature.csv"));
  }

  test::FakeLogDirectory directory;
  test::FakeClock clock;
  PlainThreads threads;
  LogSettings settings;
  std::mutex mutex;
  std::vector<std::string> notices;
  std::optional<TemperatureLog> log;
};

TEST_F(TemperatureLogTest, EveryRowIsInTheLogAfterFinish) {
  start();
  for (int i = 0; i < 1000; ++i) {
    log->write(make_row("a", i));
  }
  const auto outcome = log->finish();
  EXPECT_EQ(outcome.rows_written, 1000U);
  EXPECT_TRUE(outcome.complete());
  EXPECT_EQ(read().rows.size(), 1000U);
  EXPECT_TRUE(read().well_formed);
  EXPECT_THAT(threads.names, testing::ElementsAre("iso-log"));
}

TEST_F(TemperatureLogTest, FinishingAgainSaysTheSame) {
  start();
  log->write(make_row("a", 0));
  EXPECT_EQ(log->finish().rows_written, 1U);
  EXPECT_EQ(log->finish().rows_written, 1U);
}

TEST_F(TemperatureLogTest, ALogThatIsOnlyDestroyedIsWrittenAllTheSame) {
  start();
  log->write(make_row("a", 0));
  log.reset();
  EXPECT_EQ(read().rows.size(), 1U);
  EXPECT_EQ(directory.used(), directory.text("temperature.csv").size());
}

TEST_F(TemperatureLogTest, AStalledDiskNeverMakesTheWriterOfRowsWait) {
  settings.buffer = 50 * RowBuffer::bytes_of(make_row("a", 0));
  start();
  directory.stall();
  log->write(make_row("a", 0));
  directory.wait_until_stalled();
  // iso-log now sits in its write; if one of these waited for it, the test would never end.
  for (int i = 1; i < 1000; ++i) {
    log->write(make_row(i % 2 == 0 ? "a" : "b", i));
  }
  directory.release();
  const auto outcome = log->finish();
  EXPECT_EQ(outcome.rows_written + outcome.rows_merged, 1000U);
  EXPECT_EQ(outcome.rows_written, 51U);
  EXPECT_EQ(read().scheduled, 10'000U);
  EXPECT_TRUE(read().well_formed);
}

TEST_F(TemperatureLogTest, RowsWaitForTheFlushIntervalButForTheFirstAndTheEnd) {
  settings.flush_interval = std::chrono::hours{1};
  start();
  log->write(make_row("a", 0));
  directory.wait_until_holds("temperature.csv", test::kHeader.size() + 1);
  const auto size = directory.text("temperature.csv").size();
  for (int i = 1; i < 1000; ++i) {
    log->write(make_row("a", i));
  }
  EXPECT_EQ(directory.text("temperature.csv").size(), size);
  EXPECT_EQ(log->finish().rows_written, 1000U);
  EXPECT_EQ(read().rows.size(), 1000U);
  EXPECT_TRUE(read().well_formed);
}

TEST_F(TemperatureLogTest, WhatIsWrittenIsSyncedWhileOthersWait) {
  settings.flush_interval = std::chrono::hours{1};
  settings.fsync_interval = std::chrono::milliseconds{500};
  clock.look = std::chrono::milliseconds{100};
  start();
  log->write(make_row("a", 0));
  directory.wait_until_holds("temperature.csv", test::kHeader.size() + 1);
  const auto size = directory.text("temperature.csv").size();
  log->write(make_row("a", 1));
  directory.wait_until_synced("temperature.csv", size);
  EXPECT_EQ(directory.text("temperature.csv").size(), size);
  EXPECT_EQ(log->finish().rows_written, 2U);
}

TEST_F(TemperatureLogTest, RowsThatWaitAreWrittenBeforeTheyFillTheBuffer) {
  settings.flush_interval = std::chrono::hours{1};
  settings.buffer = 1000 * RowBuffer::bytes_of(make_row("a", 0));
  start();
  log->write(make_row("a", 0));
  directory.wait_until_holds("temperature.csv", test::kHeader.size() + 1);
  const auto a_row = directory.text("temperature.csv").size() - test::kHeader.size();
  for (int i = 1; i <= 900; ++i) {
    log->write(make_row("a", i));
  }
  directory.wait_until_holds("temperature.csv", test::kHeader.size() + 500 * a_row);
  const auto outcome = log->finish();
  EXPECT_EQ(outcome.rows_written, 901U);
  EXPECT_TRUE(outcome.complete());
}

TEST_F(TemperatureLogTest, RowsComeFromSeveralThreadsWhileTheFileIsReopened) {
  start();
  {
    std::vector<std::jthread> writers;
    for (const char* sensor : {"a", "b", "c"}) {
      writers.emplace_back([this, sensor] {
        for (int i = 0; i < 300; ++i) {
          log->write(make_row(sensor, i));
          if (i % 50 == 0) {
            log->reopen();
          }
        }
      });
    }
  }
  EXPECT_EQ(log->finish().rows_written, 900U);
  EXPECT_EQ(read().rows.size(), 900U);
  EXPECT_EQ(read().scheduled, 9000U);
}

TEST_F(TemperatureLogTest, AFullDiskIsToldAndCountedAtTheEnd) {
  settings.space_ahead = 0;
  start();
  directory.set_capacity(directory.used());
  for (int i = 0; i < 1000; ++i) {
    log->write(make_row("a", i));
  }
  const auto outcome = log->finish();
  EXPECT_GT(outcome.rows_merged, 0U);
  EXPECT_EQ(outcome.rows_written + outcome.rows_merged, 1000U);
  EXPECT_EQ(outcome.rows_lost, 0U);
  EXPECT_EQ(read().scheduled, 10'000U);
  EXPECT_THAT(notices, testing::ElementsAre(testing::HasSubstr("No space left on device")));
}

TEST_F(TemperatureLogTest, ALogThatCannotBeOpenedStartsNoThread) {
  directory.set_busy(true);
  EXPECT_THROW(start(), core::SetupError);
  EXPECT_TRUE(threads.names.empty());
}

}  // namespace
}  // namespace isotherm::store
