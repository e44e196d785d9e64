#include "acquire/wake_up_lead.hpp"

#include <gtest/gtest.h>

#include <random>

namespace isotherm::acquire {
namespace {

using core::Nanoseconds;
using std::chrono::microseconds;

constexpr Nanoseconds kLimit = microseconds{200};

// After so many wake-ups that take what `took` says.
template <typename Took>
Nanoseconds learnt(int wake_ups, Took took) {
  WakeUpLead lead(kLimit);
  for (int i = 0; i < wake_ups; ++i) {
    lead.learn(took(i));
  }
  return lead.length();
}

TEST(WakeUpLeadTest, BeginsWithNothing) { EXPECT_EQ(WakeUpLead(kLimit).length(), Nanoseconds{0}); }

TEST(WakeUpLeadTest, ComesToAConstantWakeUpWithinAStep) {
  const Nanoseconds length = learnt(200, [](int) { return microseconds{60}; });
  EXPECT_GE(length, microseconds{58});
  EXPECT_LE(length, microseconds{62});
}

TEST(WakeUpLeadTest, IsNearTheMedianAndNotTheMean) {
  std::mt19937_64 random(1);
  // A quarter takes 150 us, the rest 20 to 40: the median is 33, the mean 60.
  const auto took = [&random](int i) -> Nanoseconds {
    return i % 4 == 0 ? microseconds{150}
                      : microseconds{std::uniform_int_distribution<std::int64_t>(20, 40)(random)};
  };
  const Nanoseconds length = learnt(2000, took);
  EXPECT_GE(length, microseconds{25});
  EXPECT_LE(length, microseconds{45});
}

TEST(WakeUpLeadTest, OneStallMovesItByAStepOnly) {
  WakeUpLead lead(kLimit);
  for (int i = 0; i < 200; ++i) {
    lead.learn(microseconds{64});
  }
  const Nanoseconds before = lead.length();
  lead.learn(std::chrono::seconds{1});
  EXPECT_LE(lead.length() - before, microseconds{3});
}

TEST(WakeUpLeadTest, NeverExceedsItsLimitAndComesDownAgain) {
  WakeUpLead lead(kLimit);
  for (int i = 0; i < 1000; ++i) {
    lead.learn(std::chrono::milliseconds{1});
    ASSERT_LE(lead.length(), kLimit);
  }
  EXPECT_EQ(lead.length(), kLimit);
  for (int i = 0; i < 1000; ++i) {
    lead.learn(Nanoseconds{0});
    ASSERT_GE(lead.length(), Nanoseconds{0});
  }
  EXPECT_EQ(lead.length(), Nanoseconds{0});
}

TEST(WakeUpLeadTest, WithoutRoomItStaysAtNothing) {
  WakeUpLead lead(Nanoseconds{0});
  lead.learn(microseconds{50});
  EXPECT_EQ(lead.length(), Nanoseconds{0});
}

}  // namespace
}  // namespace isotherm::acquire
