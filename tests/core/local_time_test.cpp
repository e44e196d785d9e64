#include "core/local_time.hpp"

#include <gtest/gtest.h>

#include "support/time_zone.hpp"

namespace isotherm::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// As `date -u -d ... +%s` has them.
constexpr WallTime kSpring{seconds{1774746000}};  // 2026-03-29T01:00:00Z: 02:00 CET becomes 03:00
constexpr WallTime kAutumn{seconds{1792890000}};  // 2026-10-25T01:00:00Z: 03:00 CEST becomes 02:00

LocalTime civil(int month, int day, int hour, int minute) {
  LocalTime local;
  local.year = 2026;
  local.month = month;
  local.day = day;
  local.hour = hour;
  local.minute = minute;
  return local;
}

TEST(LocalTime, HasTheFieldsAndTheOffsetOfItsZone) {
  const TimeZone zone(kBerlin);
  const LocalTime local = local_time(kSpring - Nanoseconds{1});
  EXPECT_EQ(local.year, 2026);
  EXPECT_EQ(local.month, 3);
  EXPECT_EQ(local.day, 29);
  EXPECT_EQ(local.hour, 1);
  EXPECT_EQ(local.minute, 59);
  EXPECT_EQ(local.second, 59);
  EXPECT_EQ(local.nanoseconds, 999'999'999);
  EXPECT_EQ(local.utc_offset_s, 3600);
  EXPECT_EQ(local.zone, "CET");
  EXPECT_EQ(local_time(kSpring).zone, "CEST");
}

TEST(LocalTime, BeforeNineteenSeventyRoundsDownToo) {
  const TimeZone zone("UTC0");
  EXPECT_EQ(local_time_text(WallTime{Nanoseconds{-1}}), "1969-12-31 23:59:59");
  EXPECT_EQ(local_time(WallTime{Nanoseconds{-1}}).nanoseconds, 999'999'999);
}

TEST(LocalTime, TextSaysItsOffsetWhereAsked) {
  const TimeZone zone(kBerlin);
  EXPECT_EQ(local_time_text(kAutumn - seconds{1}), "2026-10-25 02:59:59");
  EXPECT_EQ(local_time_text(kAutumn - seconds{1}, true), "2026-10-25 02:59:59+02:00");
  EXPECT_EQ(local_time_text(kAutumn, true), "2026-10-25 02:00:00+01:00");
  EXPECT_EQ(utc_time_text(kAutumn), "2026-10-25 01:00:00Z");
}

TEST(LocalTime, TextOfAZoneWestAndOfHalfAnHour) {
  const TimeZone zone("NST3:30NDT,M3.2.0,M11.1.0");
  EXPECT_EQ(local_time_text(WallTime{seconds{1767225600}}, true), "2025-12-31 20:30:00-03:30");
}

TEST(LocalTime, EveryHourOfAYearComesBack) {
  for (const char* name : {kBerlin, kSydney, kMidnightChange, "UTC0"}) {
    const TimeZone zone(name);
    for (WallTime time{seconds{1767225600}}; time < WallTime{seconds{1798761600}};
         time += minutes{30}) {
      const auto back = wall_time(local_time(time));
      ASSERT_TRUE(back) << utc_time_text(time);
      // The second of an hour that comes twice comes back as the first.
      ASSERT_TRUE(*back == time || *back == time - hours{1}) << utc_time_text(time);
      ASSERT_EQ(local_time_text(*back), local_time_text(time));
    }
  }
}

TEST(LocalTime, AnHourThatIsLeftOutIsNoTime) {
  const TimeZone zone(kBerlin);
  EXPECT_EQ(wall_time(civil(3, 29, 1, 59)), kSpring - minutes{1});
  EXPECT_EQ(wall_time(civil(3, 29, 2, 0)), std::nullopt);
  EXPECT_EQ(wall_time(civil(3, 29, 2, 59)), std::nullopt);
  EXPECT_EQ(wall_time(civil(3, 29, 3, 0)), kSpring);
}

TEST(LocalTime, OfAnHourThatComesTwiceTheFirstIsMeant) {
  const TimeZone zone(kBerlin);
  EXPECT_EQ(wall_time(civil(10, 25, 1, 59)), kAutumn - hours{1} - minutes{1});
  EXPECT_EQ(wall_time(civil(10, 25, 2, 0)), kAutumn - hours{1});
  EXPECT_EQ(wall_time(civil(10, 25, 2, 59)), kAutumn - minutes{1});
  EXPECT_EQ(wall_time(civil(10, 25, 3, 0)), kAutumn + hours{1});
}

TEST(LocalTime, SouthOfTheEquatorTheYearIsTheOtherWayRound) {
  const TimeZone zone(kSydney);
  EXPECT_EQ(wall_time(civil(10, 4, 2, 30)), std::nullopt);
  const auto twice = wall_time(civil(4, 5, 2, 30));
  ASSERT_TRUE(twice);
  EXPECT_EQ(local_time_text(*twice, true), "2026-04-05 02:30:00+11:00");
}

TEST(LocalTime, WhatIsInNoCalendarIsNoTime) {
  const TimeZone zone(kBerlin);
  EXPECT_EQ(wall_time(civil(2, 29, 12, 0)), std::nullopt);
  EXPECT_EQ(wall_time(civil(13, 1, 12, 0)), std::nullopt);
  EXPECT_EQ(wall_time(civil(0, 1, 12, 0)), std::nullopt);
  EXPECT_EQ(wall_time(civil(1, 1, 24, 0)), std::nullopt);
  EXPECT_EQ(wall_time(civil(1, 1, 12, 60)), std::nullopt);
  LocalTime far = civil(1, 1, 0, 0);
  far.year = 2262;
  EXPECT_EQ(wall_time(far), std::nullopt);
  far.year = 1677;
  EXPECT_EQ(wall_time(far), std::nullopt);
}

TEST(LocalTime, ADayBeginsAtMidnightOrWhereMidnightIsLeftOutAfterIt) {
  {
    const TimeZone zone(kBerlin);
    EXPECT_EQ(day_begin(civil(3, 29, 17, 5)), kSpring - hours{2});
  }
  const TimeZone zone(kMidnightChange);
  EXPECT_EQ(wall_time(civil(3, 29, 0, 0)), std::nullopt);
  const auto begin = day_begin(civil(3, 29, 0, 0));
  ASSERT_TRUE(begin);
  EXPECT_EQ(local_time_text(*begin), "2026-03-29 01:00:00");
  EXPECT_EQ(local_time_text(*begin - seconds{1}), "2026-03-28 23:59:59");
  EXPECT_EQ(day_begin(civil(2, 30, 0, 0)), std::nullopt);
}

}  // namespace
}  // namespace isotherm::core
