#include "store/event_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "store/event_format.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_helper_threads.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::store {
namespace {

using ::testing::HasSubstr;

core::Event event(std::int64_t number) {
  core::Event made;
  made.time = core::WallTime{std::chrono::seconds{1767225600} + std::chrono::milliseconds{5}};
  made.severity = core::Severity::Warning;
  made.kind = "worst_slot";
  made.fields = {{"number", number}};
  return made;
}

std::string line(std::int64_t number) { return format_event(event(number)) + "\n"; }

TEST(EventFormatTest, AnEventIsOneJsonObjectWithItsFieldsInOrder) {
  core::Event made = event(-3);
  made.fields.emplace_back("late_us", 12.5);
  made.fields.emplace_back("sure", true);
  made.fields.emplace_back("words", std::string{"a \"hog\"\n"});
  made.fields.emplace_back("none", std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(format_event(made),
            "{\"time\":\"2026-01-01T00:00:00.005Z\",\"severity\":\"warning\","
            "\"event\":\"worst_slot\",\"number\":-3,\"late_us\":12.5,\"sure\":true,"
            "\"words\":\"a \\\"hog\\\"\\u000a\",\"none\":null}");
}

TEST(EventFormatTest, BytesThatAreNoUtf8DoNotSpoilTheLine) {
  core::Event made = event(1);
  made.fields = {{"competitor", std::string{"\xFFhog\xC3"}}};
  EXPECT_THAT(format_event(made), HasSubstr("\"competitor\":\"\xEF\xBF\xBDhog\xEF\xBF\xBD\"}"));
}

class EventLogTest : public ::testing::Test {
 protected:
  test::FakeLogDirectory directory;
  test::FakeClock clock;
  test::FakeHelperThreads threads{test::FakeHelperThreads::Mode::Thread};
};

TEST_F(EventLogTest, WritesEachEventAsALineAndSyncs) {
  EventLog log(directory, threads, clock);
  log.write(event(1));
  log.write(event(2));
  const EventOutcome outcome = log.finish();
  EXPECT_EQ(directory.text("events.jsonl"), line(1) + line(2));
  EXPECT_EQ(directory.inode("events.jsonl").synced_bytes, (line(1) + line(2)).size());
  EXPECT_EQ(outcome.written, 2U);
  EXPECT_EQ(outcome.lost, 0U);
}

TEST_F(EventLogTest, ManyEventsAreSyncedTogether) {
  constexpr std::uint64_t kEvents = 100;
  EventLog log(directory, threads, clock);
  for (std::uint64_t i = 0; i < kEvents; ++i) {
    log.write(event(7));
    directory.wait_until_holds("events.jsonl", (i + 1) * line(7).size());
  }
  EXPECT_EQ(log.finish().written, kEvents);
  const auto calls = directory.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "sync"), 1);
  EXPECT_EQ(directory.inode("events.jsonl").synced_bytes, kEvents * line(7).size());
}

TEST_F(EventLogTest, AnEventThatComesLongAfterTheLastSyncIsSyncedAtOnce) {
  EventLog log(directory, threads, clock);
  clock.advance(EventLog::kSyncInterval);
  log.write(event(1));
  directory.wait_until_synced("events.jsonl", line(1).size());
  log.finish();
  EXPECT_EQ(directory.inode("events.jsonl").synced_bytes, line(1).size());
}

TEST_F(EventLogTest, WithoutAnEventThereIsNoFile) {
  EventLog log(directory, threads, clock);
  EXPECT_EQ(log.finish().written, 0U);
  EXPECT_FALSE(directory.has("events.jsonl"));
}

TEST_F(EventLogTest, GoesOnBehindAnEarlierRunAndMendsItsTornEnd) {
  directory.put("events.jsonl", "{\"a\":1}\n{\"torn");
  EventLog log(directory, threads, clock);
  log.write(event(1));
  log.finish();
  EXPECT_EQ(directory.text("events.jsonl"), "{\"a\":1}\n" + line(1));
}

TEST_F(EventLogTest, RotatesAFullFileAndKeepsThree) {
  directory.put("events.jsonl", std::string(EventLog::kFileBytes - 2, 'x') + "\n");
  directory.put("events.1.jsonl", "one\n");
  directory.put("events.2.jsonl", "two\n");
  directory.put("events.3.jsonl", "three\n");
  EventLog log(directory, threads, clock);
  log.write(event(1));
  log.finish();
  EXPECT_EQ(directory.text("events.jsonl"), line(1));
  EXPECT_EQ(directory.text("events.1.jsonl").size(), EventLog::kFileBytes - 1);
  EXPECT_EQ(directory.text("events.2.jsonl"), "one\n");
  EXPECT_EQ(directory.text("events.3.jsonl"), "two\n");
}

TEST_F(EventLogTest, AFullDiskTearsNoLineAndWhatDoesNotFitAtTheEndIsLostAndCounted) {
  directory.set_can_reserve(false);
  directory.set_capacity(line(1).size() + 10);
  EventLog log(directory, threads, clock);
  log.write(event(1));
  log.write(event(2));
  const EventOutcome outcome = log.finish();
  EXPECT_EQ(directory.text("events.jsonl"), line(1));
  EXPECT_EQ(outcome.written, 1U);
  EXPECT_EQ(outcome.lost, 1U);
  EXPECT_THAT(outcome.last_error, HasSubstr("/log/events.jsonl: "));
}

TEST_F(EventLogTest, WhileTheDiskIsStalledNobodyWaitsAndWhatIsBeyondTheLimitIsLostAndCounted) {
  directory.stall();
  EventLog log(directory, threads, clock);
  log.write(event(0));
  directory.wait_until_stalled();
  const std::size_t fit = EventLog::kWaitingBytes / line(0).size();
  for (std::size_t i = 0; i < fit + 50; ++i) {
    log.write(event(0));
  }
  directory.release();
  const EventOutcome outcome = log.finish();
  EXPECT_EQ(outcome.written + outcome.lost, fit + 51);
  EXPECT_EQ(outcome.lost, 51U);
}

TEST_F(EventLogTest, AFileThatSomebodyTookAwayIsMadeAnew) {
  EventLog log(directory, threads, clock);
  directory.stall();
  log.write(event(1));
  directory.wait_until_stalled();
  directory.move_by_hand("events.jsonl", "kept");
  directory.release();
  log.write(event(2));
  log.finish();
  EXPECT_THAT(directory.text("kept") + directory.text("events.jsonl"), line(1) + line(2));
}

}  // namespace
}  // namespace isotherm::store
