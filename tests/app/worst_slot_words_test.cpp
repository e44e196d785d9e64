#include "app/worst_slot_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/event_format.hpp"

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;
using diagnose::Cause;
using diagnose::JudgedSlot;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

JudgedSlot judged(Cause cause) {
  JudgedSlot slot;
  slot.slot = 1234;
  slot.missed = 7;
  slot.time = core::WallTime{std::chrono::seconds{1767225600} + 250ms};
  slot.facts.lateness = 8ms;
  slot.facts.busy = 10us;
  slot.facts.sensor = "inlet";
  slot.facts.costliest = 6us;
  slot.facts.interval = 100ms;
  slot.facts.queue_time = 7ms;
  slot.judgement = {.cause = cause, .sure = true, .explained = 7ms};
  return slot;
}

RunReport report_of(std::vector<JudgedSlot> slots) {
  RunReport report;
  ReaderReport reader;
  reader.name = "fast";
  for (const JudgedSlot& slot : slots) {
    ++reader.evidence.causes[static_cast<std::size_t>(slot.judgement.cause)];
  }
  reader.evidence.worst = std::move(slots);
  report.readers = {reader};
  return report;
}

TEST(WorstSlotWordsTest, ACauseIsNamedWithWhatPointsToIt) {
  JudgedSlot slot = judged(Cause::Competitor);
  slot.facts.competitor = {
      .name = "hog", .thread = 17, .policy = "fifo", .priority = 90, .core = 1, .ran = 30ms};
  EXPECT_EQ(cause_words(slot),
            "most likely another thread on its core: \"hog\" (fifo 90, thread 17) ran 30.00 ms");
  slot.judgement.sure = false;
  slot.facts.competitor->policy = "other";
  slot.facts.competitor->priority = 0;
  EXPECT_EQ(cause_words(slot),
            "possibly another thread on its core: \"hog\" (other, thread 17) ran 30.00 ms");
}

TEST(WorstSlotWordsTest, AHostileNameIsHarmlessOnATerminalAndGivesValidJson) {
  JudgedSlot slot = judged(Cause::Competitor);
  slot.facts.competitor = {.name = "\x1B[2J\"\\\n\xFF\xC3",
                           .thread = 17,
                           .policy = "fifo",
                           .priority = 90,
                           .core = 1,
                           .ran = 30ms};
  EXPECT_THAT(cause_words(slot), HasSubstr("its core: \"?[2J\"\\???\" (fifo 90"));
  const std::string line = store::format_event(worst_slot_event(slot, "fast"));
  const auto json = nlohmann::json::parse(line, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << line;
  EXPECT_EQ(json["competitor"], "\x1B[2J\"\\\n\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(WorstSlotWordsTest, TheUsualNeedsNoCauseAndTheUnknownListsWhatWasSeen) {
  EXPECT_EQ(cause_words(judged(Cause::WithinUsual)), "none: within the usual");
  JudgedSlot slot = judged(Cause::Unknown);
  slot.facts.interrupts = {.name = "LOC: Local timer interrupts", .count = 40, .usual = 120};
  EXPECT_EQ(cause_words(slot),
            "unknown; seen: waited 7.00 ms for its core, LOC: Local timer interrupts, 40 more than "
            "the usual 120 in 100.00 ms");
  slot.facts.interrupts = {};
  slot.facts.queue_time.reset();
  EXPECT_EQ(cause_words(slot), "unknown; nothing that the kernel counts");
}

TEST(WorstSlotWordsTest, EveryOtherCauseHasItsOwnWords) {
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < diagnose::kCauseCount; ++i) {
    const auto cause = static_cast<Cause>(i);
    if (cause == Cause::WithinUsual || cause == Cause::Unknown || cause == Cause::Competitor) {
      continue;
    }
    seen.push_back(cause_words(judged(cause)));
    EXPECT_THAT(seen.back(), StartsWith("most likely "));
    EXPECT_THAT(seen.back(), Not(HasSubstr("unknown")));
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
}

TEST(WorstSlotWordsTest, TheSummaryShowsThoseBeyondTheUsualAndCountsTheCauses) {
  const std::string text = worst_slots_text(report_of(
      {judged(Cause::SlowSensor), judged(Cause::SlowSensor), judged(Cause::WithinUsual)}));
  EXPECT_THAT(text, HasSubstr("2026-01-01T00:00:00.250Z  1234"));
  EXPECT_THAT(text, HasSubstr("a slow sensor: the read of \"inlet\" took"));
  EXPECT_THAT(text, HasSubstr("causes: fast: slow_sensor:2\n"));
  EXPECT_THAT(text, Not(HasSubstr("within the usual")));
}

TEST(WorstSlotWordsTest, OfAQuietRunTheSummaryShowsTheWorstSlotAlone) {
  const std::string text =
      worst_slots_text(report_of({judged(Cause::WithinUsual), judged(Cause::WithinUsual)}));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;  // title, slot, blank line
  EXPECT_THAT(text, HasSubstr("none: within the usual"));
}

TEST(WorstSlotWordsTest, WithoutEvidenceThereIsNoSectionButWhatWasLostIsSaid) {
  RunReport report = report_of({});
  EXPECT_EQ(worst_slots_text(report), "");
  report.readers[0].worst_slots_lost = 3;
  report.events = {.written = 1, .lost = 2, .last_error = "No space left on device"};
  EXPECT_EQ(worst_slots_text(report),
            "worst slots: fast: 3 came too fast to be looked at\n"
            "events: 2 are LOST: No space left on device\n");
}

TEST(WorstSlotWordsTest, TheEventOfAUsualSlotIsShortAndNoWarning) {
  const core::Event usual = worst_slot_event(judged(Cause::WithinUsual), "fast");
  EXPECT_EQ(usual.severity, core::Severity::Info);
  const core::Event late = worst_slot_event(judged(Cause::KeptOff), "fast");
  EXPECT_EQ(late.severity, core::Severity::Warning);
  EXPECT_EQ(late.kind, "worst_slot");
  EXPECT_GT(late.fields.size(), usual.fields.size());
}

TEST(WorstSlotWordsTest, TheEventTellsBothKindsOfSwitches) {
  JudgedSlot slot = judged(Cause::KeptOff);
  slot.facts.voluntary_switches = 3.2;
  slot.facts.involuntary_switches = 1.9;
  const core::Event event = worst_slot_event(slot, "fast");
  EXPECT_THAT(event.fields, Contains(Pair("voluntary_switches", core::Event::Value{3.0})));
  EXPECT_THAT(event.fields, Contains(Pair("involuntary_switches", core::Event::Value{2.0})));
}

}  // namespace
}  // namespace isotherm::app
