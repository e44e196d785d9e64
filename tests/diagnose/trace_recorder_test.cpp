#include "diagnose/trace_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::diagnose {
namespace {

using core::TraceKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

core::TraceRecord record_of(TraceKind kind, std::int64_t start, std::int64_t duration,
                            std::uint64_t slot = 0, std::uint64_t count = 0) {
  core::TraceRecord record{};
  record.start_ns = start;
  record.duration_ns = duration;
  record.slot = slot & core::kTraceCountLimit;
  record.count = count & core::kTraceCountLimit;
  record.kind_code = static_cast<std::uint8_t>(kind);
  return record;
}

class TraceRecorderTest : public ::testing::Test {
 protected:
  void open(std::uint64_t limit = 1U << 20U, std::size_t capacity = 1024) {
    recorder = std::make_unique<TraceRecorder>(
        TraceRecorder::Settings{
            .process = "isotherm kiln", .version = "1.2.3", .process_id = 77, .limit = limit},
        directory, "run.json", clock, clock,
        [this](const std::string& text) { said.push_back(text); });
    fast = &recorder->add_lane({.thread = "iso-fast", .sensors = {"inlet", "outlet"}}, capacity);
    log = &recorder->add_lane({.thread = "iso-log", .sensors = {}, .reader = false}, capacity);
    recorder->start();
  }

  // A slot of two reads of 10 us each.
  void make_slot(std::uint64_t slot) {
    const auto start = static_cast<std::int64_t>(slot) * 1'000'000;
    fast->record(record_of(TraceKind::Read, start, 10'000, slot));
    fast->record(record_of(TraceKind::Read, start + 10'000, 10'000, slot));
    fast->record(record_of(TraceKind::Slot, start, 20'000, slot));
  }

  // "name ts" of the events of a track, as they stand in the file.
  [[nodiscard]] std::vector<std::string> events_of(int track) const {
    std::vector<std::string> events;
    std::istringstream lines(text());
    for (std::string line; std::getline(lines, line);) {
      const auto field = [&line](const std::string& key) {
        const auto from = line.find("\"" + key + "\":") + key.size() + 3;
        return line.substr(from, line.find(',', from) - from);
      };
      if (line.find("\"ts\":") != std::string::npos && field("tid") == std::to_string(track)) {
        events.push_back(field("name") + " " + field("ts"));
      }
    }
    return events;
  }

  [[nodiscard]] std::string text() const { return directory.text("run.json"); }

  test::FakeLogDirectory directory;
  test::FakeClock clock;
  std::vector<std::string> said;
  std::unique_ptr<TraceRecorder> recorder;
  acquire::TraceLane* fast = nullptr;
  acquire::TraceLane* log = nullptr;
};

TEST_F(TraceRecorderTest, TheHeadSaysWhichClockAndHowFarTheWallClockIsFromIt) {
  open();
  const core::ClockReading now = clock.read();
  const auto offset = now.wall.time_since_epoch() - now.monotonic.time_since_epoch();
  EXPECT_THAT(text(), HasSubstr("\"args\":{\"name\":\"isotherm kiln\"}"));
  EXPECT_THAT(text(), HasSubstr("\"args\":{\"isotherm\":\"1.2.3\",\"clock\":\"CLOCK_MONOTONIC\","
                                "\"wall_minus_clock_ns\":\"" +
                                std::to_string(offset.count()) +
                                "\",\"wall_clock_synced\":1,\"limit_bytes\":1048576}"));
  EXPECT_THAT(text(), HasSubstr("\"tid\":20,\"args\":{\"name\":\"iso-log\"}"));
}

TEST_F(TraceRecorderTest, WhatIsAroundOthersStandsBeforeThemThoughItWasRecordedAfter) {
  open();
  make_slot(1);
  make_slot(2);
  recorder->work();
  EXPECT_THAT(events_of(10),
              ElementsAre("\"slot\" 1000.000", "\"inlet\" 1000.000", "\"inlet\" 1010.000",
                          "\"slot\" 2000.000", "\"inlet\" 2000.000", "\"inlet\" 2010.000"));
}

TEST_F(TraceRecorderTest, ASlotThatIsNotOverYetIsWaitedFor) {
  open();
  fast->record(record_of(TraceKind::Read, 1'000'000, 10'000, 1));
  recorder->work();
  EXPECT_THAT(events_of(10), IsEmpty());
  fast->record(record_of(TraceKind::Slot, 1'000'000, 20'000, 1));
  recorder->work();
  EXPECT_THAT(events_of(10), ElementsAre("\"slot\" 1000.000", "\"inlet\" 1000.000"));
}

TEST_F(TraceRecorderTest, ReadsWhoseSlotTheRingHadNoRoomForAreWrittenAllTheSame) {
  open();
  fast->record(record_of(TraceKind::Read, 1'000'000, 10'000, 1));
  make_slot(2);
  fast->record(record_of(TraceKind::Read, 3'000'000, 10'000, 3));
  const TraceOutcome outcome = recorder->finish();
  EXPECT_THAT(events_of(10),
              ElementsAre("\"inlet\" 1000.000", "\"slot\" 2000.000", "\"inlet\" 2000.000",
                          "\"inlet\" 2010.000", "\"inlet\" 3000.000"));
  EXPECT_EQ(outcome.events().written, 5U);
}

TEST_F(TraceRecorderTest, AMissedStretchAndADrainWithItsWindowsKeepTheOrderOfTheirTracks) {
  open();
  make_slot(1);
  fast->record(record_of(TraceKind::Missed, 2'000'000, 3'000'000, 2, 3));
  make_slot(5);
  log->record(record_of(TraceKind::Window, 5'000, 0));
  log->record(record_of(TraceKind::Window, 6'000, 0));
  log->record(record_of(TraceKind::Drain, 4'000, 3'000));
  const TraceOutcome outcome = recorder->finish();
  EXPECT_THAT(events_of(11), ElementsAre("\"missed\" 2000.000"));
  EXPECT_THAT(events_of(20),
              ElementsAre("\"drain\" 4.000", "\"window closed\" 5.000", "\"window closed\" 6.000"));
  EXPECT_EQ(outcome.threads[0].slots.written, 5U);
  EXPECT_EQ(outcome.threads[1].slots.written, 0U);
}

TEST_F(TraceRecorderTest, AFullRingShowsInTheFileAndEveryEventIsAccountedFor) {
  open(1U << 20U, 30);
  for (std::uint64_t slot = 0; slot < 100; ++slot) {
    make_slot(slot);
  }
  TraceOutcome outcome = recorder->finish();
  EXPECT_EQ(outcome.threads[0].events,
            (TraceCounts{.made = 300, .written = 30, .dropped_by_ring = 270}));
  outcome.threads[0].slots.made = 100;
  EXPECT_EQ(outcome.threads[0].slots,
            (TraceCounts{.made = 100, .written = 10, .dropped_by_ring = 90}));
  EXPECT_TRUE(outcome.accounted_for());
  EXPECT_THAT(text(), HasSubstr("\"iso-fast events dropped\",\"ph\":\"C\""));
  EXPECT_THAT(text(), HasSubstr("\"args\":{\"events_made\":300,\"events_written\":30,"
                                "\"events_dropped_by_ring\":270,"));
  EXPECT_EQ(text().substr(text().size() - 3), "\n]\n");
}

TEST_F(TraceRecorderTest, ALimitEndsTheEventsKeepsTheFileWithinItAndIsSaidOnce) {
  open(TraceFile::kLimitLeast, 10'000);
  for (std::uint64_t slot = 0; slot < 3'000; ++slot) {
    make_slot(slot);
    if (slot % 500 == 0) {
      recorder->work();
    }
  }
  TraceOutcome outcome = recorder->finish();
  outcome.threads[0].slots.made = 3'000;
  EXPECT_TRUE(outcome.accounted_for());
  const TraceCounts events = outcome.events();
  EXPECT_EQ(events.made, 9'000U);
  EXPECT_GT(events.over_limit, 0U);
  EXPECT_GT(events.written, 1'000U);
  EXPECT_LE(text().size(), TraceFile::kLimitLeast);
  EXPECT_EQ(outcome.bytes, text().size());
  EXPECT_EQ(events_of(10).size(), events.written);
  EXPECT_THAT(text(), HasSubstr("\"events_over_limit\":" + std::to_string(events.over_limit)));
  EXPECT_TRUE(outcome.complete);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_THAT(said[0], HasSubstr("has reached its limit of 262144 bytes (--trace-limit)"));
}

TEST_F(TraceRecorderTest, AFullDiskEndsTheTraceIsSaidOnceAndLeavesWholeEvents) {
  open();
  make_slot(0);
  recorder->work();
  directory.set_capacity(directory.used() + 100);
  for (std::uint64_t slot = 1; slot < 10; ++slot) {
    make_slot(slot);
    recorder->work();
  }
  TraceOutcome outcome = recorder->finish();
  outcome.threads[0].slots.made = 10;
  EXPECT_TRUE(outcome.accounted_for());
  EXPECT_EQ(outcome.events().not_written, 27U);
  EXPECT_EQ(events_of(10).size(), outcome.events().written);
  EXPECT_EQ(text().back(), '}');
  EXPECT_FALSE(outcome.complete);
  EXPECT_EQ(outcome.error, "No space left on device");
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_THAT(said[0], HasSubstr("cannot write /log/run.json: No space left on device"));
}

TEST_F(TraceRecorderTest, AnEventThatIsMissingInTheCountsIsNotAccountedFor) {
  open();
  make_slot(0);
  TraceOutcome outcome = recorder->finish();
  EXPECT_FALSE(outcome.accounted_for()) << "a slot more than the reader has scheduled";
  outcome.threads[0].slots.made = 1;
  EXPECT_TRUE(outcome.accounted_for());
  outcome.threads[1].events.made = 1;
  EXPECT_FALSE(outcome.accounted_for());
}

}  // namespace
}  // namespace isotherm::diagnose
