#include "sensor/discovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using sensor::DriverKind;
using sensor::FoundSensor;

// A Raspberry Pi: its CPU's zone with a chip, two equal I2C chips, a BME280 and two thermometers on
// 1-Wire, which show up as chips too.
class DiscoveryTest : public ::testing::Test {
 protected:
  DiscoveryTest() {
    FakeFileTree& files = bench_.files;
    add_zone(files, 0, "cpu-thermal", "48312\n");
    const std::string chip = "/sys/devices/virtual/thermal/thermal_zone0/hwmon0";
    files.set(chip + "/name", "cpu_thermal\n");
    files.set(chip + "/temp1_input", "48312\n");
    files.link(chip + "/device", "../../thermal_zone0");
    files.link("/sys/class/hwmon/hwmon0", chip);
    add_i2c_chip(files, 1, "1-0048", "21000\n");
    add_i2c_chip(files, 10, "1-0049", "22000\n");
    const std::string iio = "/sys/devices/platform/soc/i2c-1/1-0076/iio:device0";
    files.set(iio + "/name", "bme280\n");
    files.set(iio + "/in_temp_input", "23000\n");
    files.link("/sys/bus/iio/devices/iio:device0", iio);
    files.set("/sys/bus/w1/devices/w1_bus_master1/w1_master_name", "w1_bus_master1");
    for (const std::string slave : {"28-0316a2795aff", "10-000802824e58"}) {
      files.set("/sys/devices/w1_bus_master1/" + slave + "/w1_slave", "");
      files.link("/sys/bus/w1/devices/" + slave, "/sys/devices/w1_bus_master1/" + slave);
    }
    files.set("/sys/devices/w1_bus_master1/28-0316a2795aff/hwmon/hwmon11/name", "w1_slave_temp");
    files.set("/sys/devices/w1_bus_master1/28-0316a2795aff/hwmon/hwmon11/temp1_input", "24000");
    files.link("/sys/devices/w1_bus_master1/28-0316a2795aff/hwmon/hwmon11/device", "../..");
    files.link("/sys/class/hwmon/hwmon11",
               "/sys/devices/w1_bus_master1/28-0316a2795aff/hwmon/hwmon11");
  }

  Bench bench_;
};

TEST_F(DiscoveryTest, ListsEachSensorOnceWithAStableIdentity) {
  std::vector<std::string> lines;
  for (const FoundSensor& found : sensor::discover(bench_.files)) {
    lines.push_back(found.suggested_name + " " + found.device + " " + found.input);
  }
  EXPECT_THAT(lines, ::testing::ElementsAre("cpu_thermal cpu_thermal temp1", "lm75 1-0048 temp1",
                                            "lm75-1-0049 1-0049 temp1", "bme280 1-0076 in_temp",
                                            "w1-10-000802824e58 10-000802824e58 ",
                                            "w1-28-0316a2795aff 28-0316a2795aff "));
}

TEST_F(DiscoveryTest, GivesThePresentValuesButWaitsForNoConversion) {
  std::vector<std::optional<double>> values;
  bench_.files.before_read = [](const std::string& path) {
    EXPECT_EQ(path.find("w1"), std::string::npos) << path;
    EXPECT_EQ(path.find("hwmon11"), std::string::npos) << path;
  };
  for (const FoundSensor& found : sensor::discover(bench_.files)) {
    values.push_back(found.celsius);
  }
  EXPECT_THAT(values, ::testing::ElementsAre(48.312, 21.0, 22.0, 23.0, std::nullopt, std::nullopt));
}

TEST_F(DiscoveryTest, EverySensorThatIsFoundCanBeMade) {
  std::set<std::string> names;
  for (const FoundSensor& found : sensor::discover(bench_.files)) {
    auto settings = settings_of(found.driver, found.device, found.input);
    settings.name = found.suggested_name;
    EXPECT_EQ(bench_.refusal(settings), "");
    EXPECT_TRUE(names.insert(found.suggested_name).second) << found.suggested_name;
    EXPECT_EQ(found.suggested_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
  }
  EXPECT_EQ(names.size(), 6U);
}

TEST_F(DiscoveryTest, AnUnreadableSensorIsListedWithoutAValue) {
  bench_.files.set_fault("/sys/class/hwmon/hwmon1/temp1_input", core::Fault::Io);
  EXPECT_EQ(sensor::discover(bench_.files).at(1).celsius, std::nullopt);
}

TEST_F(DiscoveryTest, ZonesWithoutAChipOfTheirOwnAreListed) {
  add_zone(bench_.files, 1, "gpu-thermal", "40000\n");
  add_zone(bench_.files, 2, "acpitz", "30000\n");
  add_zone(bench_.files, 3, "acpitz", "31000\n");
  std::vector<std::string> devices;
  for (const FoundSensor& found : sensor::discover(bench_.files)) {
    if (found.driver == DriverKind::Thermal) {
      devices.push_back(found.device);
    }
  }
  EXPECT_THAT(devices, ::testing::ElementsAre("gpu-thermal", "acpitz#0", "acpitz#1"));
}

TEST(DiscoveryOfNothingTest, AMachineWithoutSensorsHasNone) {
  const FakeFileTree files;
  EXPECT_TRUE(sensor::discover(files).empty());
}

TEST(DiscoveryLabelTest, LabelsBecomeNames) {
  FakeFileTree files;
  const std::string chip = "/sys/devices/platform/coretemp.0/hwmon/hwmon3";
  files.set(chip + "/name", "coretemp\n");
  for (const auto& [input, label] : {std::pair{"temp1", "Package id 0"}, {"temp2", "Core 0"}}) {
    files.set(chip + "/" + input + "_input", "50000\n");
    files.set(chip + "/" + input + "_label", label);
  }
  files.link(chip + "/device", "../..");
  files.link("/sys/class/hwmon/hwmon3", chip);
  const auto found = sensor::discover(files);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].suggested_name, "coretemp-package-id-0");
  EXPECT_EQ(found[0].label, "Package id 0");
  EXPECT_EQ(found[1].suggested_name, "coretemp-core-0");
}

// The rule of the configuration for names (config/isotherm.toml).
bool is_good_name(const std::string& name) {
  const std::string letters_and_digits = "abcdefghijklmnopqrstuvwxyz0123456789";
  return !name.empty() && name.size() <= 64 &&
         letters_and_digits.find(name.front()) != std::string::npos &&
         name.find_first_not_of(letters_and_digits + "-_") == std::string::npos;
}

TEST(DiscoveryLabelTest, OddLabelsBecomeGoodNamesToo) {
  FakeFileTree files;
  const std::vector<std::string> labels = {"_",
                                           "__x",
                                           "-_-y",
                                           "\u00b0C",
                                           "a/b",
                                           std::string(80, 'L'),
                                           std::string(80, 'L'),
                                           std::string(63, 'm') + " n"};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string number = std::to_string(i);
    const std::string device = "/sys/devices/platform/soc/i2c-1/1-007" + number;
    const std::string iio = device + "/iio:device" + number;
    files.set(iio + "/name", "adc\n");
    files.set(iio + "/label", labels[i]);
    files.set(iio + "/in_temp_input", "23000\n");
    files.link("/sys/bus/iio/devices/iio:device" + number, iio);
  }
  const auto found = sensor::discover(files);
  ASSERT_EQ(found.size(), labels.size());
  std::set<std::string> names;
  for (const FoundSensor& one : found) {
    EXPECT_TRUE(is_good_name(one.suggested_name)) << one.suggested_name;
    EXPECT_TRUE(names.insert(one.suggested_name).second) << one.suggested_name;
  }
  EXPECT_EQ(found[1].suggested_name, "x");
  EXPECT_EQ(found[2].suggested_name, "y");
  EXPECT_EQ(found[5].suggested_name, std::string(64, 'l'));
  EXPECT_EQ(found[6].suggested_name, std::string(62, 'l') + "-2");
  EXPECT_EQ(found[7].suggested_name, std::string(63, 'm'));
}

TEST(ConfigLinesTest, AreATableOfTheConfiguration) {
  FoundSensor found;
  found.driver = DriverKind::Hwmon;
  found.device = "1-0048";
  found.input = "temp1";
  found.suggested_name = "inlet";
  EXPECT_EQ(sensor::config_lines(found),
            "[[reader.sensor]]\n"
            "name   = \"inlet\"\n"
            "driver = \"hwmon\"\n"
            "device = \"1-0048\"\n"
            "input  = \"temp1\"\n");
}

TEST(ConfigLinesTest, LeaveOutAnEmptyInputAndEscapeTheRest) {
  FoundSensor found;
  found.driver = DriverKind::Thermal;
  found.device = "a\"b\\c\x01";
  found.suggested_name = "zone";
  EXPECT_EQ(sensor::config_lines(found),
            "[[reader.sensor]]\n"
            "name   = \"zone\"\n"
            "driver = \"thermal\"\n"
            "device = \"a\\\"b\\\\c\\u0001\"\n");
}

}  // namespace
}  // namespace isotherm::test
