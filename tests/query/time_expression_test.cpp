#include "query/time_expression.hpp"

#include <gtest/gtest.h>

#include "core/local_time.hpp"
#include "support/time_zone.hpp"

namespace isotherm::query {
namespace {

using core::WallTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// 2026-11-22T13:03:05.5Z, a Sunday.
constexpr WallTime kAskedAt{nanoseconds{1795352585'500'000'000}};

std::string moment(const std::string& text, WallTime now = kAskedAt) {
  const auto understood = parse_moment(text, now);
  EXPECT_EQ(understood.ok(), understood.problem.empty());
  EXPECT_EQ(understood.ok(), understood.mend.empty());
  return understood.ok() ? core::utc_time_text(*understood.value) : understood.problem;
}

TEST(TimeExpression, TheTestsNowIsWhatItSays) {
  EXPECT_EQ(core::utc_time_text(kAskedAt), "2026-11-22 13:03:05Z");
}

TEST(TimeExpression, ASpanIsANumberAndAUnit) {
  EXPECT_EQ(parse_span("90s").value, seconds{90});
  EXPECT_EQ(parse_span("90 s").value, seconds{90});
  EXPECT_EQ(parse_span("500ms").value, nanoseconds{500'000'000});
  EXPECT_EQ(parse_span("10m").value, minutes{10});
  EXPECT_EQ(parse_span("10min").value, minutes{10});
  EXPECT_EQ(parse_span("2h").value, hours{2});
  EXPECT_EQ(parse_span("7d").value, hours{168});
  EXPECT_EQ(parse_span("2w").value, hours{336});
}

TEST(TimeExpression, ASpanMayHaveDecimalsAndParts) {
  EXPECT_EQ(parse_span("1.5h").value, minutes{90});
  EXPECT_EQ(parse_span("1h30m").value, minutes{90});
  EXPECT_EQ(parse_span("1 d 2 h").value, hours{26});
  EXPECT_EQ(parse_span("0.1s").value, nanoseconds{100'000'000});
}

TEST(TimeExpression, WhatIsNoSpanIsRefusedWithExamples) {
  for (const char* text : {"", " ", "h", "2", "2x", "-2h", "2hh", "0s", "1e3s", "1000000d", "2h,",
                           "99999999999999999999999999d"}) {
    const auto understood = parse_span(text);
    EXPECT_FALSE(understood.ok()) << text;
    EXPECT_NE(understood.mend.find("1h30m"), std::string::npos) << text;
  }
  EXPECT_EQ(parse_span("2").problem, R"("2" has no unit)");
  EXPECT_EQ(parse_span("2 fortnights").problem,
            R"("2 fortnights" has an unknown unit "fortnights")");
}

TEST(TimeExpression, ADayIsItsFirstMomentHere) {
  const TimeZone zone(kBerlin);
  EXPECT_EQ(moment("2026-11-22"), "2026-11-21 23:00:00Z");
  EXPECT_EQ(moment("2026-07-01"), "2026-06-30 22:00:00Z");
  EXPECT_EQ(moment("today"), "2026-11-21 23:00:00Z");
  EXPECT_EQ(moment("yesterday"), "2026-11-20 23:00:00Z");
}

TEST(TimeExpression, AClockIsThatOfTheWall) {
  const TimeZone zone(kBerlin);
  EXPECT_EQ(moment("2026-11-22 14:00"), "2026-11-22 13:00:00Z");
  EXPECT_EQ(moment("2026-11-22T14:00:05"), "2026-11-22 13:00:05Z");
  EXPECT_EQ(moment("14:00"), "2026-11-22 13:00:00Z");
  EXPECT_EQ(moment("9:30"), "2026-11-22 08:30:00Z");
  EXPECT_EQ(moment("yesterday 14:00"), "2026-11-21 13:00:00Z");
  EXPECT_EQ(parse_moment("2026-11-22T14:00:05.25", kAskedAt).value,
            WallTime{seconds{1795352405}} + nanoseconds{250'000'000});
}

TEST(TimeExpression, TodayIsTheLocalDay) {
  const TimeZone zone(kSydney);  // UTC+11: there it is Monday already
  EXPECT_EQ(moment("today"), "2026-11-22 13:00:00Z");
  EXPECT_EQ(moment("0:00"), "2026-11-22 13:00:00Z");
}

TEST(TimeExpression, AnOffsetWinsOverTheZone) {
  const TimeZone zone(kSydney);
  EXPECT_EQ(moment("2026-11-22T13:00Z"), "2026-11-22 13:00:00Z");
  EXPECT_EQ(moment("2026-11-22 13:00 UTC"), "2026-11-22 13:00:00Z");
  EXPECT_EQ(moment("2026-11-22 14:00+01:00"), "2026-11-22 13:00:00Z");
  EXPECT_EQ(moment("2026-11-22 09:30-0330"), "2026-11-22 13:00:00Z");
  EXPECT_EQ(moment("2026-11-22T13:03:05.123Z"), "2026-11-22 13:03:05Z");
}

TEST(TimeExpression, RelativeToNow) {
  EXPECT_EQ(parse_moment("now", kAskedAt).value, kAskedAt);
  EXPECT_EQ(parse_moment("2h ago", kAskedAt).value, kAskedAt - hours{2});
  EXPECT_EQ(parse_moment("-2h", kAskedAt).value, kAskedAt - hours{2});
  EXPECT_EQ(parse_moment("-1h30m", kAskedAt).value, kAskedAt - minutes{90});
  EXPECT_EQ(parse_moment("@1795352400", kAskedAt).value, WallTime{seconds{1795352400}});
}

TEST(TimeExpression, AnHourAgoIsAnHourAgoWhenClocksChange) {
  const TimeZone zone(kBerlin);
  const WallTime change{seconds{1792890000}};  // 2026-10-25T01:00Z, 03:00 becomes 02:00
  EXPECT_EQ(moment("1h ago", change), "2026-10-25 00:00:00Z");
  EXPECT_EQ(moment("02:30", change), "2026-10-25 00:30:00Z");  // the first of the two
  EXPECT_EQ(moment("2026-10-25 02:30+01:00", change), "2026-10-25 01:30:00Z");
  // A day of 25 hours.
  EXPECT_EQ(moment("today", change), "2026-10-24 22:00:00Z");
  EXPECT_EQ(moment("2026-10-26", change), "2026-10-25 23:00:00Z");
}

TEST(TimeExpression, AnHourThatIsLeftOutIsRefused) {
  const TimeZone zone(kBerlin);
  EXPECT_NE(moment("2026-03-29 02:30").find("left out"), std::string::npos);
  EXPECT_EQ(moment("2026-03-29 02:30Z"), "2026-03-29 02:30:00Z");
  EXPECT_EQ(moment("2026-03-29 03:00"), "2026-03-29 01:00:00Z");
}

TEST(TimeExpression, WhatIsNoTimeIsRefusedWithWhatIs) {
  for (const char* text : {"",
                           "noon",
                           "2026",
                           "2026-11",
                           "2026-11-22x",
                           "2026-11-22 14",
                           "14:0",
                           "14:00:5",
                           "2026-11-22 14:00+25:00",
                           "2026-11-22 14:00+1",
                           "-2",
                           "ago",
                           "2x ago",
                           "now 14:00",
                           "@",
                           "@x",
                           "22.11.2026",
                           "nowadays",
                           "14:00:00.",
                           "2026-11-22 14:00 CET",
                           "::",
                           "0x10"}) {
    const auto understood = parse_moment(text, kAskedAt);
    EXPECT_FALSE(understood.ok()) << text;
    EXPECT_FALSE(understood.mend.empty()) << text;
  }
  for (const char* text : {"2026-02-29", "2026-13-01", "2026-00-01", "24:00", "14:60",
                           "2026-11-22 14:00:60", "1492-10-12", "@99999999999"}) {
    EXPECT_FALSE(parse_moment(text, kAskedAt).ok()) << text;
  }
  EXPECT_EQ(moment("2026-02-29"),
            R"("2026-02-29" is in no calendar, or outside the years 1678 to 2261)");
}

}  // namespace
}  // namespace isotherm::query
