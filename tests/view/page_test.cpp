#include "view/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

#include "core/setup_error.hpp"
#include "history/history_reader.hpp"
#include "view/example_chart.hpp"
#include "view/page_data.hpp"
#include "view/page_tables.hpp"

namespace isotherm::view {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTemplate =
    "T<!--isotherm:title-->H<!--isotherm:heading-->R<!--isotherm:range-->S<!--isotherm:summary-->"
    "E<!--isotherm:events-->D<!--isotherm:data-->end";

Chart chart_of(ChartLine line) {
  return {.title = "a",
          .from = test::kChartStart,
          .to = test::kChartStart + hours{1},
          .lines = {std::move(line)},
          .marks = {}};
}

double by_number(std::size_t i) { return static_cast<double>(i) + 0.0625; }

TEST(Page, FillsEveryPlaceOfTheTemplate) {
  const std::string html = page(test::day_chart(), kTemplate);
  EXPECT_THAT(html, Not(HasSubstr("<!--isotherm:")));
  EXPECT_THAT(html, HasSubstr("Tkiln-room, the last dayH"));
  EXPECT_THAT(html, testing::EndsWith("]}end"));
}

TEST(Page, AFileThatIsNoTemplateIsRefused) {
  EXPECT_THROW(static_cast<void>(page(test::day_chart(), "")), core::SetupError);
  EXPECT_THROW(static_cast<void>(page(test::day_chart(), "<!--isotherm:title-->")),
               core::SetupError);
}

TEST(Page, TheSourceOfTheTemplateHasEveryPlace) {
  const std::ifstream file{std::string{ISOTHERM_SOURCE_DIR} + "/src/view/log_page.html"};
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_THAT(page(test::day_chart(), text.str()), Not(HasSubstr("<!--isotherm:")));
}

TEST(Page, HostileNamesAreTextEverywhere) {
  const std::string html = page(test::hostile_chart(), kTemplate);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("</script")));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;&amp;&quot;&#39;&lt;/script&gt;"));
}

TEST(PageData, ARegularLineHasOneRunOfTimes) {
  const std::string json = page_data(chart_of(test::line_of("x", 4, minutes{1}, by_number)));
  EXPECT_EQ(
      json,
      "{\"from\":1773100800000,\"to\":1773104400000,\"lines\":[\n"
      "{\"sensor\":\"x\",\"unit\":\"\u00B0C\",\"step\":60000,\"times\":[0,60000,3],"
      "\"min\":[0.0625,1.0625,2.0625,3.0625],\"mean\":[0.0625,1.0625,2.0625,3.0625],"
      "\"max\":[0.0625,1.0625,2.0625,3.0625],\"p99\":[12,12,12,12],\"late\":[40,40,40,40]}],\n"
      "\"marks\":[]}");
}

TEST(PageData, AGapIsATimeWithoutAValue) {
  ChartLine line = test::line_of("x", 6, minutes{1}, by_number);
  line.buckets.erase(line.buckets.begin() + 2, line.buckets.begin() + 4);
  const std::string json = page_data(chart_of(line));
  EXPECT_THAT(json, HasSubstr("\"times\":[0,60000,2,120000,1,60000,1]"));
  EXPECT_THAT(json, HasSubstr("\"mean\":[0.0625,1.0625,null,4.0625,5.0625]"));
  EXPECT_THAT(json, HasSubstr("\"late\":[40,40,null,40,40]"));
}

TEST(PageData, AWindowWithoutAGoodSampleIsAGapToo) {
  ChartLine line = test::line_of("x", 3, minutes{1}, by_number);
  line.buckets[1] = test::faulty_bucket_at(line.buckets[1].time);
  EXPECT_THAT(page_data(chart_of(line)), HasSubstr("\"min\":[0.0625,null,2.0625]"));
}

TEST(PageData, WindowsThatComeAMomentLateAreNoGap) {
  ChartLine line = test::line_of("x", 4, seconds{1}, by_number);
  line.step = core::Nanoseconds{0};
  line.buckets[2].time += std::chrono::milliseconds{30};
  EXPECT_THAT(page_data(chart_of(line)), Not(HasSubstr("null")));
}

TEST(PageData, WindowsLongerThanTheStepAreNoGaps) {
  for (const auto& [step, windows] :
       {std::pair{seconds{30}, seconds{60}}, std::pair{seconds{60}, seconds{600}},
        std::pair{seconds{60}, seconds{90}}}) {
    ChartLine line = test::line_of("x", 100, windows, by_number);
    history::merge_to_step(line.buckets, step);
    line.step = step;
    EXPECT_THAT(page_data(chart_of(line)), Not(HasSubstr("null"))) << windows.count();
    EXPECT_THAT(summary_table(chart_of(line)), HasSubstr("<td data-title=\"Gaps\"><span>0</span>"));
    line.buckets.erase(line.buckets.begin() + 2, line.buckets.begin() + 4);
    EXPECT_THAT(summary_table(chart_of(line)), HasSubstr("<td data-title=\"Gaps\"><span>1</span>"));
  }
}

TEST(PageData, HoldsNothingThatIsNoNumber) {
  for (Chart chart : {test::day_chart(), test::hostile_chart(), Chart{},
                      chart_of(test::line_of("x", 1, core::Nanoseconds{0}, by_number))}) {
    for (ChartLine& line : chart.lines) {
      line.buckets[0].sum_nano = std::numeric_limits<std::int64_t>::min();
      line.buckets[0].min_nano = std::numeric_limits<std::int64_t>::min();
    }
    const std::string json = page_data(chart);
    EXPECT_THAT(json, Not(HasSubstr("nan")));
    EXPECT_THAT(json, Not(HasSubstr("inf,")));
    EXPECT_THAT(json, Not(HasSubstr(",,")));
  }
}

TEST(PageTables, TheSummaryCountsFaultsAndGaps) {
  const std::string html = summary_table(test::day_chart());
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">garage</th><td data-title=\"Good\">"
                              "<span>95.45 %</span>"));
  EXPECT_THAT(html, HasSubstr("<span>600 crc</span></td><td data-title=\"Gaps\"><span>2</span>"));
  EXPECT_THAT(html, HasSubstr("<span>13 ms</span>"));
  EXPECT_THAT(html, HasSubstr("64 percent"));
}

TEST(PageTables, OneFaultAmongManyIsNotAHundredPercent) {
  ChartLine line = test::line_of("x", 2, minutes{1}, by_number);
  line.buckets[0].counts = {.scheduled = 1'000'000, .good = 999'999, .faulty = 1};
  EXPECT_THAT(summary_table(chart_of(line)), HasSubstr("<span>99.99 %</span>"));
}

TEST(PageTables, ExtremesHaveTheirTimes) {
  EXPECT_THAT(summary_table(chart_of(test::line_of("x", 4, minutes{1}, by_number))),
              HasSubstr("3.0625 \u00B0C <time datetime=\"2026-03-10T00:03:00.000Z\">"
                        "2026-03-10 00:03:00</time>"));
}

TEST(PageTables, ASensorWithoutOneGoodSampleHasNoValues) {
  ChartLine line = test::line_of("x", 1, minutes{1}, by_number);
  line.buckets[0] = test::faulty_bucket_at(line.buckets[0].time);
  const std::string html = summary_table(chart_of(line));
  EXPECT_THAT(html, HasSubstr("<td data-title=\"Mean\"><span>\u2013</span></td>"));
  EXPECT_THAT(html, HasSubstr("<span>0 %</span>"));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
}

TEST(PageTables, EventsCarryTheirSeverity) {
  EXPECT_THAT(event_table(test::day_chart()),
              HasSubstr("<tr id=\"event-2\" class=\"warning\"><td><time "));
  EXPECT_THAT(event_table(Chart{}), HasSubstr("None in this time"));
}

}  // namespace
}  // namespace isotherm::view
