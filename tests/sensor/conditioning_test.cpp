#include "sensor/conditioning.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace isotherm::test {
namespace {

using core::Fault;

TEST(ConditioningTest, ScalesThenOffsets) {
  sensor::SensorSettings settings;
  settings.scale = 2.0;
  settings.offset = -10.0;
  sensor::Conditioning conditioning(settings);
  EXPECT_DOUBLE_EQ(conditioning.apply(21.25).value, 32.5);
}

TEST(ConditioningTest, TheEndsOfTheRangeAreGood) {
  sensor::SensorSettings settings;
  settings.range = sensor::Range{-40.0, 125.0};
  sensor::Conditioning conditioning(settings);
  EXPECT_EQ(conditioning.apply(-40.0).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(125.0).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(-40.001).fault, Fault::OutOfRange);
  EXPECT_EQ(conditioning.apply(125.001).fault, Fault::OutOfRange);
}

TEST(ConditioningTest, TheRangeIsOfTheScaledValue) {
  sensor::SensorSettings settings;
  settings.offset = 100.0;
  settings.range = sensor::Range{90.0, 110.0};
  sensor::Conditioning conditioning(settings);
  EXPECT_EQ(conditioning.apply(0.0).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(100.0).fault, Fault::OutOfRange);
}

TEST(ConditioningTest, WhatIsNotFiniteIsAnIoFault) {
  sensor::Conditioning conditioning{sensor::SensorSettings{}};
  EXPECT_EQ(conditioning.apply(std::numeric_limits<double>::quiet_NaN()).fault, Fault::Io);
  EXPECT_EQ(conditioning.apply(std::numeric_limits<double>::infinity()).fault, Fault::Io);
}

TEST(ConditioningTest, TheNthEqualReadingIsStuckUntilItChanges) {
  sensor::SensorSettings settings;
  settings.stuck_after = 3;
  sensor::Conditioning conditioning(settings);
  EXPECT_EQ(conditioning.apply(20.0).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(20.0).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(20.0).fault, Fault::Stuck);
  EXPECT_EQ(conditioning.apply(20.0).fault, Fault::Stuck);
  EXPECT_EQ(conditioning.apply(20.0625).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(20.0).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(20.0).fault, Fault::None);
  EXPECT_EQ(conditioning.apply(20.0).fault, Fault::Stuck);
}

TEST(ConditioningTest, OutOfRangeGoesBeforeStuck) {
  sensor::SensorSettings settings;
  settings.stuck_after = 2;
  settings.range = sensor::Range{0.0, 50.0};
  sensor::Conditioning conditioning(settings);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(conditioning.apply(127.0).fault, Fault::OutOfRange);
  }
}

TEST(ConditioningTest, StuckDetectionIsOffByDefault) {
  sensor::Conditioning conditioning{sensor::SensorSettings{}};
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(conditioning.apply(20.0).fault, Fault::None);
  }
}

}  // namespace
}  // namespace isotherm::test
