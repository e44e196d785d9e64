#include "app/run_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isotherm::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SensorReport sensor(core::SlotCounts by_reader, core::SlotCounts in_rows) {
  SensorReport report;
  report.name = "inlet";
  report.reader = "fast";
  report.unit = "degC";
  report.counted_by_reader = by_reader;
  report.counted_in_rows = in_rows;
  return report;
}

constexpr core::SlotCounts kExact{
    .scheduled = 10, .good = 6, .faulty = 2, .missed = 1, .dropped = 1};

TEST(RunReportTest, TheVerdictSaysThatTheIdentityHoldsAndShowsIt) {
  RunReport report;
  report.sensors = {sensor(kExact, kExact), sensor(kExact, kExact)};
  EXPECT_TRUE(report.accounted_for());
  EXPECT_THAT(summary_text(report),
              HasSubstr("scheduled 20 = good 12 + faulty 4 + missed 2 + dropped 2: holds"));
}

TEST(RunReportTest, ASensorWhoseSumIsShortIsNamed) {
  core::SlotCounts broken = kExact;
  broken.good -= 1;
  RunReport report;
  report.sensors = {sensor(broken, broken)};
  EXPECT_FALSE(report.accounted_for());
  EXPECT_THAT(summary_text(report), HasSubstr("NOT accounted for: inlet"));
  EXPECT_THAT(summary_text(report), HasSubstr("DOES NOT HOLD"));
}

TEST(RunReportTest, RowsThatDisagreeWithTheReaderAreNotAccountedForEvenIfBothAddUp) {
  core::SlotCounts other = kExact;
  other.missed -= 1;
  other.dropped += 1;
  RunReport report;
  report.sensors = {sensor(kExact, other)};
  EXPECT_FALSE(report.accounted_for());
}

TEST(RunReportTest, WithoutAGoodSampleThereAreDashesInsteadOfNumbers) {
  RunReport report;
  report.sensors = {sensor(kExact, kExact)};
  EXPECT_THAT(summary_text(report), HasSubstr("-    -    -     -  degC"));
}

TEST(RunReportTest, TroubleOfTheCaptureIsNamed) {
  RunReport report;
  report.capture.emplace().last_error = "Input/output error";
  report.capture->counts.syncs_failed = 2;
  EXPECT_THAT(summary_text(report), HasSubstr("2 syncs failed; samples may be lost: Input/output"));
  EXPECT_THAT(summary_text(report), Not(HasSubstr("could not be written for a time")));
  report.capture->counts.was_away = true;
  EXPECT_THAT(summary_text(report), HasSubstr("could not be written for a time: Input/output"));
}

TEST(RunReportTest, WhatWasDoneWithoutIsRepeatedAndLostRowsAreNamed) {
  RunReport report;
  report.missing_prerequisites = {"no CAP_SYS_NICE; do this"};
  report.log.rows_merged = 7;
  report.log.was_away = true;
  report.log.last_error = "No space left on device";
  const std::string text = summary_text(report);
  EXPECT_THAT(text, HasSubstr("best effort: no CAP_SYS_NICE; do this"));
  EXPECT_THAT(text, HasSubstr("7 rows could not be kept one by one"));
  EXPECT_THAT(text, HasSubstr("No space left on device"));
  EXPECT_THAT(text, Not(HasSubstr("LOST")));
}

TEST(RunReportTest, ATraceIsNamedWithWhatItHoldsAndWhatItHasNot) {
  RunReport report;
  EXPECT_THAT(summary_text(report), Not(HasSubstr("trace:")));
  EXPECT_THAT(summary_json(report), HasSubstr("\"trace\": null"));
  diagnose::TraceOutcome& trace = report.trace.emplace();
  trace.path = "./run.json";
  trace.bytes = 3U << 10U;
  trace.threads = {{.thread = "iso-fast",
                    .reader = true,
                    .events = {.made = 30, .written = 30},
                    .slots = {.made = 10, .written = 10}}};
  EXPECT_THAT(summary_text(report), HasSubstr("trace: ./run.json, 3 KiB, 30 events, none dropped"));
  trace.threads[0].events = {
      .made = 30, .written = 24, .dropped_by_ring = 3, .over_limit = 2, .not_written = 1};
  trace.error = "No space left on device";
  const std::string text = summary_text(report);
  EXPECT_THAT(text, HasSubstr("24 events, 6 dropped (3 by full rings, 2 beyond --trace-limit, 1 "
                              "that could not be written)"));
  EXPECT_THAT(text, HasSubstr("trace: it ended early: No space left on device"));
  EXPECT_THAT(text, Not(HasSubstr("NOT accounted for")));
  EXPECT_THAT(summary_json(report), HasSubstr("\"over_limit\": 2"));
  trace.threads[0].slots.written = 9;
  EXPECT_THAT(summary_text(report), HasSubstr("trace: NOT accounted for: iso-fast"));
}

TEST(RunReportTest, WhatWasForcedAndWhatWasWorseThanThoughtIsRepeated) {
  RunReport report;
  report.forced = {"reader \"fast\" cannot hold 1 kHz; slower"};
  BusyComparison fine;
  fine.reader = "fine";
  BusyComparison worse;
  worse.reader = "lame";
  worse.worse = true;
  report.busy_comparisons = {fine, worse};
  const std::string text = summary_text(report);
  EXPECT_THAT(text, HasSubstr("forced: reader \"fast\" cannot hold 1 kHz; slower\n"));
  EXPECT_THAT(text, HasSubstr("reader \"lame\""));
  EXPECT_THAT(text, Not(HasSubstr("\"fine\"")));
  const std::string json = summary_json(report);
  EXPECT_THAT(json, HasSubstr("\"forced\": ["));
  EXPECT_THAT(json, HasSubstr("\"reader\": \"fine\""));
}

}  // namespace
}  // namespace isotherm::app
