#include "sensor/make_sensor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using ::testing::HasSubstr;

TEST(MakeSensorTest, ASimulatedSensorNeedsOnlyItsName) {
  Bench bench;
  sensor::SensorSettings settings;
  settings.name = "room";
  const auto sensor = bench.make(settings);
  const core::Reading reading = sensor->read({});
  EXPECT_EQ(reading.fault, core::Fault::None);
  EXPECT_NEAR(reading.value, 21.0, 3.0);
}

TEST(MakeSensorTest, SettingsThatMakeNoTemperatureAreRefused) {
  Bench bench;
  auto settings = settings_of(sensor::DriverKind::Sim, "");
  settings.scale = 0.0;
  EXPECT_THAT(bench.refusal(settings), HasSubstr("scale"));
  settings = settings_of(sensor::DriverKind::Sim, "");
  settings.offset = std::numeric_limits<double>::infinity();
  EXPECT_THAT(bench.refusal(settings), HasSubstr("offset"));
  settings = settings_of(sensor::DriverKind::Sim, "");
  settings.range = sensor::Range{10.0, 10.0};
  EXPECT_THAT(bench.refusal(settings), HasSubstr("range"));
  settings = settings_of(sensor::DriverKind::Sim, "");
  settings.stuck_after = 1;
  EXPECT_THAT(bench.refusal(settings), HasSubstr("stuck_after"));
  settings = settings_of(sensor::DriverKind::Sim, "");
  settings.every = 0;
  EXPECT_THAT(bench.refusal(settings), HasSubstr("every"));
}

TEST(DriverWordsTest, WordsAndDriversMatch) {
  const std::vector<std::pair<sensor::DriverKind, std::string>> words = {
      {sensor::DriverKind::Hwmon, "hwmon"}, {sensor::DriverKind::Thermal, "thermal"},
      {sensor::DriverKind::Iio, "iio"},     {sensor::DriverKind::W1, "w1"},
      {sensor::DriverKind::Sim, "sim"},     {sensor::DriverKind::Replay, "replay"}};
  for (const auto& [kind, word] : words) {
    EXPECT_EQ(sensor::driver_word(kind), word);
    EXPECT_EQ(sensor::driver_from_word(word), kind);
  }
  EXPECT_EQ(sensor::driver_from_word("i2c"), std::nullopt);
  EXPECT_EQ(sensor::driver_from_word(""), std::nullopt);
}

}  // namespace
}  // namespace isotherm::test
