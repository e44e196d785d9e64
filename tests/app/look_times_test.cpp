#include "app/look_times.hpp"

#include <gtest/gtest.h>

namespace isotherm::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr core::MonotonicTime kSlotZero{std::chrono::hours{1}};
constexpr core::Nanoseconds kTenth = milliseconds{100};

// How far behind the last slot of the reader the look comes.
core::Nanoseconds phase(core::MonotonicTime look, core::Nanoseconds period) {
  return (look - kSlotZero) % period;
}

TEST(LookTimesTest, EveryLookIsMidwayBetweenTwoSlots) {
  for (const core::Nanoseconds period :
       {core::Nanoseconds{milliseconds{1}}, core::Nanoseconds{milliseconds{8}},
        core::Nanoseconds{milliseconds{7}}, core::Nanoseconds{milliseconds{99}}}) {
    const LookTimes looks(kSlotZero, period, kTenth);
    core::MonotonicTime now = kSlotZero;
    for (int i = 0; i < 50; ++i) {
      const core::MonotonicTime look = looks.after(now);
      EXPECT_EQ(phase(look, period), period / 2) << period.count();
      EXPECT_GT(look, now);
      EXPECT_LE(look - now, 2 * kTenth + period) << "the first one, and each after that";
      now = look;
    }
  }
}

TEST(LookTimesTest, ASlowReaderDoesNotDelayThem) {
  const LookTimes looks(kSlotZero, seconds{100}, kTenth);
  EXPECT_LE(looks.after(kSlotZero), kSlotZero + 2 * kTenth);
  const core::MonotonicTime later = kSlotZero + seconds{1};
  EXPECT_LE(looks.after(later) - later, kTenth);
}

TEST(LookTimesTest, ALookThatWasSleptThroughIsNotMadeUpFor) {
  const LookTimes looks(kSlotZero, milliseconds{1}, kTenth);
  const core::MonotonicTime late = kSlotZero + seconds{10};
  EXPECT_GT(looks.after(late), late);
  EXPECT_LE(looks.after(late) - late, kTenth);
}

}  // namespace
}  // namespace isotherm::app
