#include "diagnose/usual.hpp"

#include <gtest/gtest.h>

namespace isotherm::diagnose {
namespace {

using namespace std::chrono_literals;

TEST(UsualRatesTest, WhatIsNotKnownIsNothing) {
  const UsualRates rates;
  EXPECT_EQ(rates.in(0, 1s), 0.0);
}

TEST(UsualRatesTest, TheFirstRateIsTakenAsItIs) {
  UsualRates rates;
  rates.learn(3, 25.0, 100ms);
  EXPECT_DOUBLE_EQ(rates.in(3, 100ms), 25.0);
  EXPECT_DOUBLE_EQ(rates.in(3, 2s), 500.0);
  EXPECT_EQ(rates.in(2, 1s), 0.0);
  EXPECT_EQ(rates.in(4, 1s), 0.0);
}

TEST(UsualRatesTest, AStormOfASecondHardlyBecomesUsualAndCalmSoonDoes) {
  UsualRates rates;
  rates.learn(0, 10.0, 100ms);
  for (int look = 0; look < 10; ++look) {
    rates.learn(0, 1010.0, 100ms);
  }
  EXPECT_LT(rates.in(0, 100ms), 60.0);
  for (int look = 0; look < 10; ++look) {
    rates.learn(0, 0.0, 100ms);
  }
  EXPECT_LT(rates.in(0, 100ms), 7.0);
}

TEST(UsualRatesTest, ACounterThatWasResetAndAnEmptyIntervalTeachNothing) {
  UsualRates rates;
  rates.learn(0, 10.0, 100ms);
  rates.learn(0, -5.0, 100ms);
  rates.learn(0, 500.0, 0ms);
  EXPECT_DOUBLE_EQ(rates.in(0, 100ms), 10.0);
}

}  // namespace
}  // namespace isotherm::diagnose
