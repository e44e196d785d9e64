#include "sensor/make_sensor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <utility>

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

// A service is started again after one of these exit codes and not after the other.
TEST(MakeSensorTest, ADeviceThatIsNotThereIsNoMistakeOfTheConfigurationWhatNeverCanBeIs) {
  Bench bench;
  for (const auto& [driver, device] : {std::pair{sensor::DriverKind::Hwmon, "1-0048"},
                                       std::pair{sensor::DriverKind::Thermal, "cpu-thermal"},
                                       std::pair{sensor::DriverKind::Iio, "bme280"},
                                       std::pair{sensor::DriverKind::W1, "28-0316a2795aff"}}) {
    EXPECT_THAT(bench.refusal(settings_of(driver, device)), HasSubstr("there is no")) << device;
    EXPECT_EQ(bench.exit_code, core::ExitCode::Absent) << device;
  }
  for (const auto& [driver, device] : {std::pair{sensor::DriverKind::Hwmon, "hwmon0"},
                                       std::pair{sensor::DriverKind::Thermal, "thermal_zone0"},
                                       std::pair{sensor::DriverKind::W1, ""}}) {
    EXPECT_NE(bench.refusal(settings_of(driver, device)), "") << device;
    EXPECT_EQ(bench.exit_code, core::ExitCode::Config) << device;
  }
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
