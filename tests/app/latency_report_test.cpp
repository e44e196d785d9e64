#include "app/latency_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "app/latency_figures.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

// Arms whose blocks a test scripts.
diagnose::BlockResult block(Nanoseconds late, std::uint64_t count = 99) {
  diagnose::BlockResult result;
  result.scheduled = count + 1;
  result.measured = count;
  result.missed = 1;
  result.usage.emplace();
  result.usage->voluntary_switches = count;
  for (std::uint64_t i = 0; i < count; ++i) {
    result.lateness.record(late);
  }
  return result;
}

diagnose::ArmResult arm(const std::string& name, Nanoseconds late, std::uint64_t rounds) {
  diagnose::ArmResult arm;
  arm.arm.name = name;
  arm.arm.title = "title of " + name;
  arm.arm.cores = {1};
  for (std::uint64_t round = 0; round < rounds; ++round) {
    diagnose::add_block(arm, round, block(late));
  }
  return arm;
}

LatencyReport report_of(std::vector<diagnose::ArmResult> arms) {
  LatencyReport report;
  report.results.arms = std::move(arms);
  report.results.ratios = diagnose::latency_ratios(report.results.arms);
  report.results.rounds = 5;
  report.results.rounds_done = 5;
  report.shape = {.period = milliseconds{1}, .slots = 99};
  report.kernel = {.release = "6.12", .version = "#1", .machine = "aarch64", .hostname = "pi"};
  report.facts.cmdline = "quiet \"a\" <b> & c";
  report.version = "1.2.3";
  report.core = 1;
  return report;
}

LatencyReport usual_report() {
  LatencyReport report =
      report_of({arm("other", microseconds{800}, 5), arm("fifo-locked", microseconds{20}, 5),
                 arm("deadline", Nanoseconds{0}, 0)});
  report.results.arms[2].arm.obstacle = "not admitted; use <fifo>";
  return report;
}

TEST(LatencyReportTest, TheTextHasTheFiguresTheRatiosAndTheReason) {
  const std::string text = latency_text(usual_report());
  EXPECT_THAT(text, HasSubstr("other            1       5       495       5  800.0 us"));
  EXPECT_THAT(text, HasSubstr("other / fifo-locked  40."));
  EXPECT_THAT(text, HasSubstr("deadline      not measured: not admitted; use <fifo>"));
  EXPECT_THAT(text, HasSubstr("the median of 5 rounds"));
  EXPECT_THAT(text, Not(HasSubstr("ended early")));
  // 1 % of its slots: few enough not to bend its quantiles.
  EXPECT_THAT(text, Not(HasSubstr("A missed slot")));
}

TEST(LatencyReportTest, WhereManySlotsWereMissedTheQuantilesAreCalledTooGood) {
  LatencyReport report = usual_report();
  *report.results.arms[0].sum.missed += 1;
  const std::string note = "A missed slot has no lateness, so the figures of other look better";
  EXPECT_THAT(latency_text(report), HasSubstr(note));
  EXPECT_THAT(latency_html(report), HasSubstr(note));
}

TEST(LatencyReportTest, TheHistogramOfTheTextHasAllItsWakeUpsInOneColumnAndAnAxis) {
  const std::string text = latency_text(usual_report());
  std::istringstream lines(text);
  std::string strip;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("fifo-locked  |")) {
      strip = line;
    }
  }
  EXPECT_EQ(std::count(strip.begin(), strip.end(), '@'), 1) << strip;
  EXPECT_THAT(text, HasSubstr("10 us"));
  EXPECT_THAT(text, HasSubstr("1 ms"));
}

TEST(LatencyReportTest, AMeasurementThatEndedEarlySaysSoEverywhere) {
  LatencyReport report = usual_report();
  report.results.interrupted = true;
  report.results.rounds_done = 2;
  EXPECT_THAT(latency_text(report), HasSubstr("ended early, after 2 of 5 rounds"));
  EXPECT_THAT(latency_html(report), HasSubstr("Ended early, after 2 of 5 rounds"));
  EXPECT_TRUE(nlohmann::json::parse(latency_json(report))["measured"]["interrupted"]);
}

TEST(LatencyReportTest, NothingMeasuredIsReportedWithoutFigures) {
  LatencyReport report = report_of({arm("other", Nanoseconds{0}, 0)});
  report.results.arms[0].arm.obstacle = "no";
  EXPECT_THAT(latency_text(report), HasSubstr("other         not measured: no"));
  EXPECT_THAT(latency_html(report), HasSubstr("<dt>other</dt><dd>no</dd>"));
  EXPECT_FALSE(nlohmann::json::parse(latency_json(report))["arms"][0]["measured"]);
}

TEST(LatencyReportTest, ABlockThatFailedIsToldBesideTheFigures) {
  LatencyReport report = usual_report();
  report.results.arms[0].failed = 2;
  report.results.arms[0].failure = "killed";
  EXPECT_THAT(latency_text(report), HasSubstr("other         2 blocks failed: killed"));
  EXPECT_THAT(latency_html(report), HasSubstr("2 blocks failed: killed"));
}

TEST(LatencyReportTest, TheJsonHasEachArmWithItsCountsOrItsReason) {
  const auto json = nlohmann::json::parse(latency_json(usual_report()));
  EXPECT_EQ(json["isotherm"], "1.2.3");
  EXPECT_EQ(json["system"]["hostname"], "pi");
  EXPECT_EQ(json["system"]["cmdline"], "quiet \"a\" <b> & c");
  const auto& other = json["arms"][0];
  EXPECT_EQ(other["name"], "other");
  EXPECT_EQ(other["wake_ups"],
            (nlohmann::json{{"scheduled", 500}, {"measured", 495}, {"missed", 5}}));
  EXPECT_EQ(other["lateness_ns"]["max"], 800'000);
  EXPECT_EQ(other["blocks"].size(), 5U);
  std::uint64_t in_histogram = 0;
  for (const auto& bucket : other["histogram_ns"]) {
    in_histogram += bucket.at(1).get<std::uint64_t>();
  }
  EXPECT_EQ(in_histogram, 495U);
  EXPECT_TRUE(other["why_not"].is_null());
  EXPECT_FALSE(json["arms"][2]["measured"]);
  EXPECT_EQ(json["arms"][2]["why_not"], "not admitted; use <fifo>");
}

TEST(LatencyReportTest, TheJsonHasEachRatioWithItsSpread) {
  const auto json = nlohmann::json::parse(latency_json(usual_report()));
  ASSERT_EQ(json["ratios"].size(), 3U);  // p50, p99, p99.9 of other / fifo-locked
  const auto& ratio = json["ratios"][1];
  EXPECT_EQ(ratio["of"], "other");
  EXPECT_EQ(ratio["over"], "fifo-locked");
  EXPECT_EQ(ratio["at"], "p99");
  EXPECT_EQ(ratio["rounds"], 5);
  EXPECT_NEAR(ratio["median"].get<double>(), 40.0, 40.0 / 32);
  EXPECT_LT(ratio["low"], ratio["median"]);
  EXPECT_GT(ratio["high"], ratio["median"]);
}

TEST(LatencyReportTest, ThePageNeedsNothingFromOutside) {
  const std::string page = latency_html(usual_report());
  for (const char* outside : {"http:", "https:", "src=", "@import", "url(", "<script", "<link"}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
}

TEST(LatencyReportTest, ThePageHasADrawingForEachArmThatWasMeasured) {
  const std::string page = latency_html(usual_report());
  std::size_t drawings = 0;
  for (auto at = page.find("<svg"); at != std::string::npos; at = page.find("<svg", at + 1)) {
    ++drawings;
  }
  EXPECT_EQ(drawings, 2U);
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(page, HasSubstr("@media print"));
  EXPECT_THAT(page, HasSubstr("name=\"viewport\""));
}

TEST(LatencyReportTest, WhatTheMachineCallsItselfCannotBecomeMarkup) {
  LatencyReport report = usual_report();
  report.kernel.hostname = "<script>alert(1)</script>";
  const std::string page = latency_html(report);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("quiet &quot;a&quot; &lt;b&gt; &amp; c"));
  EXPECT_THAT(page, HasSubstr("not admitted; use &lt;fifo&gt;"));
}

TEST(LatencyFiguresTest, TheAxisGoesFromDecadeToDecade) {
  const LogAxis axis = axis_of(usual_report());
  EXPECT_EQ(axis.first_decade, 4);  // 20 us
  EXPECT_EQ(axis.last_decade, 6);   // 800 us
  EXPECT_DOUBLE_EQ(axis.position(1e4), 0.0);
  EXPECT_DOUBLE_EQ(axis.position(1e5), 0.5);
  EXPECT_DOUBLE_EQ(axis.position(1e9), 1.0);
  EXPECT_EQ(decade_words(0), "1 ns");
  EXPECT_EQ(decade_words(4), "10 us");
  EXPECT_EQ(decade_words(8), "100 ms");
}

TEST(LatencyFiguresTest, ColumnsHoldEveryWakeUpOnceAlsoThoseBeyondTheAxis) {
  core::Histogram histogram;
  for (const std::int64_t ns : {0, 100, 15'000, 90'000, 2'000'000'000}) {
    histogram.record(Nanoseconds{ns});
  }
  double sum = 0.0;
  for (const double share : columns_of(histogram, {.first_decade = 4, .last_decade = 6}, 10)) {
    sum += share;
  }
  EXPECT_DOUBLE_EQ(sum, 1.0);
}

TEST(LatencyLiveTest, ThereIsALineForEachSetOfCores) {
  diagnose::LatencyResults results;
  results.arms = {arm("other", microseconds{800}, 1), arm("fifo", microseconds{20}, 2),
                  arm("spin", microseconds{2}, 1), arm("deadline", Nanoseconds{0}, 0)};
  results.arms[0].arm.cores = {0, 1};
  results.arms[3].arm.obstacle = "no";
  results.rounds = 4;
  const auto lines = latency_live({&results, &results.arms[2].arm, false},
                                  {.period = milliseconds{1}, .slots = 99}, milliseconds{10});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].cores, "0-1");
  EXPECT_EQ(lines[0].slots, 99U);
  EXPECT_EQ(lines[0].slot_limit, 4U * 99U);
  EXPECT_EQ(lines[1].cores, "1");
  EXPECT_EQ(lines[1].name, "spin");  // what is measured now
  EXPECT_EQ(lines[1].slots, 3U * 99U + 10U);
  EXPECT_EQ(lines[1].slot_limit, 2U * 4U * 99U);
  EXPECT_EQ(lines[1].late_max, microseconds{20});
}

}  // namespace
}  // namespace isotherm::app
