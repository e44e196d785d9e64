#include "query/steps.hpp"

#include <gtest/gtest.h>

#include "core/local_time.hpp"
#include "core/setup_error.hpp"
#include "support/time_zone.hpp"

namespace isotherm::query {
namespace {

using core::WallTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

WallTime utc(int month, int day, int hour, int minute = 0) {
  return WallTime{std::chrono::sys_days{std::chrono::year{2026} / month / day}} + hours{hour} +
         minutes{minute};
}

std::string local(WallTime time) { return core::local_time_text(time, true); }

TEST(Steps, WithoutAStepEachWindowIsItsOwn) {
  Steps steps;
  EXPECT_FALSE(steps.merging());
  EXPECT_EQ(steps.start_of(utc(11, 22, 13, 7)), utc(11, 22, 13, 7));
}

TEST(Steps, AMinuteBeginsAtAWholeMinute) {
  Steps steps(minutes{1}, true);
  EXPECT_EQ(steps.start_of(utc(11, 22, 13, 7) + seconds{59}), utc(11, 22, 13, 7));
  EXPECT_EQ(steps.end_of(utc(11, 22, 13, 7)), utc(11, 22, 13, 8));
}

TEST(Steps, ADayIsTheLocalOneAlsoWhereItHas23Or25Hours) {
  const TimeZone zone(kBerlin);
  Steps steps(hours{24}, false);
  EXPECT_EQ(local(steps.start_of(utc(3, 29, 12))), "2026-03-29 00:00:00+01:00");
  EXPECT_EQ(local(steps.end_of(utc(3, 29, 12))), "2026-03-30 00:00:00+02:00");
  EXPECT_EQ(steps.end_of(utc(3, 29, 12)) - steps.start_of(utc(3, 29, 12)), hours{23});
  EXPECT_EQ(steps.end_of(utc(10, 25, 12)) - steps.start_of(utc(10, 25, 12)), hours{25});
  Steps by_utc(hours{24}, true);
  EXPECT_EQ(by_utc.start_of(utc(3, 29, 12)), utc(3, 29, 0));
}

TEST(Steps, HoursBeginAtTheHourOfTheWall) {
  const TimeZone zone("IST-5:30");
  Steps steps(hours{6}, false);
  EXPECT_EQ(local(steps.start_of(utc(11, 22, 13))), "2026-11-22 18:00:00+05:30");
  EXPECT_EQ(steps.tier({utc(11, 22, 0), utc(11, 23, 0)}), history::Tier::Minutes);
  EXPECT_EQ(Steps(hours{6}, true).tier({utc(11, 22, 0), utc(11, 23, 0)}), history::Tier::Hours);
}

TEST(Steps, HalfAnHourOfDaylightSavingIsSeenAlsoBetweenTheEnds) {
  // Lord Howe Island: +10:30 in winter, +11 in the summer that a year begins and ends in.
  const TimeZone zone("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  Steps steps(hours{24}, false);
  EXPECT_EQ(steps.tier({utc(1, 1, 13), utc(12, 30, 13)}), history::Tier::Minutes);
  EXPECT_EQ(steps.tier({utc(1, 1, 13), utc(2, 1, 13)}), history::Tier::Hours);
}

TEST(Steps, AWeekBeginsOnMonday) {
  const TimeZone zone(kBerlin);
  Steps steps(hours{24 * 7}, false);
  // 2026-11-22 is a Sunday.
  EXPECT_EQ(local(steps.start_of(utc(11, 22, 12))), "2026-11-16 00:00:00+01:00");
  EXPECT_EQ(local(steps.end_of(utc(11, 22, 12))), "2026-11-23 00:00:00+01:00");
  EXPECT_EQ(local(steps.start_of(utc(10, 25, 12))), "2026-10-19 00:00:00+02:00");
}

TEST(Steps, WhatDoesNotDivideADayCountsFrom1970) {
  Steps steps(minutes{7}, false);
  const auto since = steps.start_of(utc(11, 22, 12)).time_since_epoch();
  EXPECT_EQ(since % minutes{7}, seconds{0});
  EXPECT_LE(steps.start_of(utc(11, 22, 12)), utc(11, 22, 12));
  EXPECT_GT(steps.end_of(utc(11, 22, 12)), utc(11, 22, 12));
}

TEST(Steps, ADayAndAHalfIsRefused) {
  EXPECT_THROW(Steps(hours{36}, false), core::SetupError);
  EXPECT_NO_THROW(Steps(hours{48}, false));
}

TEST(Steps, ARangeIsMovedOutToWholeSteps) {
  Steps steps(hours{1}, true);
  const auto whole = steps.whole({utc(11, 22, 13, 5), utc(11, 22, 14, 5)});
  EXPECT_EQ(whole.from, utc(11, 22, 13));
  EXPECT_EQ(whole.to, utc(11, 22, 15));
  const auto same = steps.whole({utc(11, 22, 13), utc(11, 22, 15)});
  EXPECT_EQ(same.from, utc(11, 22, 13));
  EXPECT_EQ(same.to, utc(11, 22, 15));
}

TEST(Steps, EveryStepOfAYearEndsWhereTheNextBegins) {
  for (const char* name : {kBerlin, kSydney, kMidnightChange, "UTC0"}) {
    const TimeZone zone(name);
    for (const core::Nanoseconds step :
         {core::Nanoseconds{hours{1}}, core::Nanoseconds{hours{6}}, core::Nanoseconds{hours{24}},
          core::Nanoseconds{hours{48}}, core::Nanoseconds{hours{168}}}) {
      Steps steps(step, false);
      WallTime at = steps.start_of(utc(1, 5, 0));
      for (; at < utc(12, 31, 0); at = steps.end_of(at)) {
        Steps fresh(step, false);
        ASSERT_EQ(fresh.start_of(at), at) << name << ' ' << local(at);
        ASSERT_EQ(fresh.start_of(fresh.end_of(at) - core::Nanoseconds{1}), at) << local(at);
      }
    }
  }
}

TEST(MergeToSteps, KeepsCountsAndWhenTheExtremesWere) {
  Steps steps(minutes{1}, true);
  std::vector<history::Bucket> buckets;
  for (int second : {50, 55, 60, 65}) {
    history::Bucket bucket;
    bucket.time = utc(11, 22, 13) + seconds{second};
    bucket.windows = 1;
    bucket.counts = {5, 5, 0, 0, 0};
    bucket.has_statistics = true;
    bucket.min_nano = 100 - second;
    bucket.max_nano = 100 + second;
    bucket.sum_nano = 500;
    bucket.last_nano = second;
    buckets.push_back(bucket);
  }
  merge_to_steps(buckets, steps);
  ASSERT_EQ(buckets.size(), 2U);
  EXPECT_EQ(buckets[0].time, utc(11, 22, 13));
  EXPECT_EQ(buckets[0].windows, 2U);
  EXPECT_EQ(buckets[0].counts.good, 10U);
  EXPECT_EQ(buckets[0].max_nano, 155);
  EXPECT_EQ(buckets[0].time + buckets[0].max_offset, utc(11, 22, 13) + seconds{55});
  EXPECT_EQ(buckets[1].time + buckets[1].min_offset, utc(11, 22, 13) + seconds{65});
  EXPECT_EQ(buckets[1].last_nano, 65);
}

}  // namespace
}  // namespace isotherm::query
