#include "view/time_ticks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/time_zone.hpp"

namespace isotherm::view {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// As `date -u -d ... +%s` has them.
constexpr core::WallTime kMarch{seconds{1773100800}};      // 2026-03-10T00:00:00Z, a Tuesday
constexpr core::WallTime kSpringDay{seconds{1774738800}};  // 2026-03-28T23:00:00Z: 00:00 CET
constexpr core::WallTime kAutumnDay{seconds{1792879200}};  // 2026-10-24T22:00:00Z: 00:00 CEST

std::vector<std::string> texts(core::WallTime from, core::Nanoseconds range, std::size_t columns,
                               Zone zone = Zone::Utc) {
  std::vector<std::string> texts;
  for (const TimeTick& tick : time_ticks(from, from + range, columns, zone)) {
    texts.push_back(tick.text);
  }
  return texts;
}

TEST(TimeTicks, ADayHasHoursAndItsDate) {
  EXPECT_THAT(texts(kMarch, hours{24}, 60),
              ElementsAre("03-10", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"));
}

TEST(TimeTicks, AreRoundWhereverTheRangeBegins) {
  EXPECT_THAT(texts(kMarch + minutes{7} + seconds{13}, minutes{30}, 40),
              ElementsAre("00:10", "00:20", "00:30"));
}

TEST(TimeTicks, SecondsAndThousandths) {
  EXPECT_THAT(texts(kMarch, seconds{20}, 30), ElementsAre("00:00:00", "00:00:10"));
  EXPECT_THAT(texts(kMarch, milliseconds{1000}, 20), ElementsAre("00.000", "00.500"));
}

TEST(TimeTicks, WeeksBeginOnMonday) {
  EXPECT_THAT(texts(kMarch, days{21}, 21), ElementsAre("03-16", "03-23", "03-30"));
}

TEST(TimeTicks, AYearHasMonthsAndManyHaveYears) {
  EXPECT_THAT(texts(kMarch, days{365}, 50),
              ElementsAre("2026-04", "2026-07", "2026-10", "2027-01"));
  EXPECT_THAT(texts(kMarch, days{1461}, 30), ElementsAre("2027", "2028", "2029", "2030"));
}

TEST(TimeTicks, OfADayThatLosesAnHourStayRound) {
  const TimeZone berlin{kBerlin};
  EXPECT_THAT(texts(kSpringDay, hours{23}, 40, Zone::Local),
              ElementsAre("03-29", "06:00", "12:00", "18:00"));
}

TEST(TimeTicks, OfADayThatWinsAnHourStayRound) {
  const TimeZone berlin{kBerlin};
  EXPECT_THAT(texts(kAutumnDay, hours{25}, 40, Zone::Local),
              ElementsAre("10-25", "06:00", "12:00", "18:00"));
}

TEST(TimeTicks, MidnightsAreThoseOfTheZone) {
  const TimeZone berlin{kBerlin};
  const auto ticks = time_ticks(kSpringDay, kSpringDay + days{3}, 28, Zone::Local);
  ASSERT_EQ(ticks.size(), 4U);
  EXPECT_EQ(ticks[0].time, kSpringDay);
  EXPECT_EQ(ticks[1].time, kSpringDay + hours{23});
  EXPECT_EQ(ticks[3].text, "04-01");
}

TEST(TimeTicks, AZoneWithAHalfHourHasRoundHours) {
  const TimeZone india{"IST-5:30"};
  EXPECT_THAT(texts(kMarch, hours{4}, 30, Zone::Local),
              ElementsAre("06:00", "07:00", "08:00", "09:00"));
}

TEST(TimeTicks, OfAnEmptyRangeAreNone) {
  EXPECT_TRUE(time_ticks(kMarch, kMarch, 80, Zone::Utc).empty());
  EXPECT_TRUE(time_ticks(kMarch, kMarch - hours{1}, 80, Zone::Utc).empty());
}

TEST(TimeTicks, AnyRangeHasFewEnoughToFit) {
  for (std::size_t columns = 10; columns <= 200; columns += 19) {
    for (core::Nanoseconds range = milliseconds{2}; range < days{3650}; range += range / 3) {
      const auto ticks =
          time_ticks(kMarch + seconds{1}, kMarch + seconds{1} + range, columns, Zone::Utc);
      std::size_t used = 0;
      for (const TimeTick& tick : ticks) {
        used += tick.text.size() + 1;
      }
      // One more may stand at the edge; months and years are not all of one length.
      EXPECT_LE(used, columns + 16) << range.count();
    }
  }
}

}  // namespace
}  // namespace isotherm::view
