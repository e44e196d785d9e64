#include "sensor/hwmon.hpp"
#include "sensor/device_lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using core::Fault;
using sensor::DriverKind;
using ::testing::AllOf;
using ::testing::HasSubstr;

class HwmonTest : public ::testing::Test {
 protected:
  static sensor::SensorSettings hwmon(const std::string& device, const std::string& input = "") {
    return settings_of(DriverKind::Hwmon, device, input);
  }
  core::Reading read(core::Sensor& sensor) { return sensor.read({ordinal_++, {}}); }

  Bench bench_;
  std::uint64_t ordinal_ = 0;
};

TEST_F(HwmonTest, ReadsThousandthsOfADegree) {
  add_i2c_chip(bench_.files, 0, "1-0048", "23125\n");
  const auto sensor = bench_.make(hwmon("1-0048"));
  const std::string input = "/sys/class/hwmon/hwmon0/temp1_input";
  const std::vector<std::pair<std::string, double>> vectors = {
      {"23125\n", 23.125}, {"0\n", 0.0},        {"-500\n", -0.5},
      {"-55000\n", -55.0}, {"127500\n", 127.5}, {"1\n", 0.001},
      {"-1\n", -0.001},    {"150000", 150.0},   {"-273150\n", -273.15}};
  for (const auto& [text, celsius] : vectors) {
    bench_.files.set(input, text);
    const core::Reading reading = read(*sensor);
    EXPECT_EQ(reading.fault, Fault::None) << text;
    EXPECT_DOUBLE_EQ(reading.value, celsius) << text;
  }
}

TEST_F(HwmonTest, TextThatIsNoNumberIsAnIoFault) {
  add_i2c_chip(bench_.files, 0, "1-0048", "23125\n");
  const auto sensor = bench_.make(hwmon("1-0048"));
  for (const std::string text :
       {"", "\n", "N/A\n", "23125 mC\n", "0x5a\n", "--5\n", "nan\n", "9000000000000000000\n",
        "99999999999999999999999999999999999999999999\n"}) {
    bench_.files.set("/sys/class/hwmon/hwmon0/temp1_input", text);
    EXPECT_EQ(read(*sensor).fault, Fault::Io) << text;
  }
}

TEST_F(HwmonTest, FaultsOfTheBusArePassedOn) {
  add_i2c_chip(bench_.files, 0, "1-0048", "23125\n");
  const auto sensor = bench_.make(hwmon("1-0048"));
  for (const Fault fault : {Fault::Timeout, Fault::Nack, Fault::Io}) {
    bench_.files.set_fault("/sys/class/hwmon/hwmon0/temp1_input", fault);
    EXPECT_EQ(read(*sensor).fault, fault);
  }
  bench_.files.set_fault("/sys/class/hwmon/hwmon0/temp1_input", Fault::None);
  EXPECT_EQ(read(*sensor).fault, Fault::None);
}

TEST_F(HwmonTest, ADeviceThatReturnsUnderAnotherNumberIsFoundAgain) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  const auto sensor = bench_.make(hwmon("1-0048"));
  EXPECT_DOUBLE_EQ(read(*sensor).value, 20.0);

  remove_i2c_chip(bench_.files, 0, "1-0048");
  EXPECT_EQ(read(*sensor).fault, Fault::Absent);
  sensor->maintain();
  EXPECT_EQ(read(*sensor).fault, Fault::Absent);

  add_i2c_chip(bench_.files, 7, "1-0048", "21500\n");
  EXPECT_EQ(read(*sensor).fault, Fault::Absent) << "the reader itself opens nothing";
  sensor->maintain();
  EXPECT_DOUBLE_EQ(read(*sensor).value, 21.5);
  sensor->maintain();
  EXPECT_EQ(bench_.files.open_files(), 1U) << "the old file has been closed";

  remove_i2c_chip(bench_.files, 7, "1-0048");
  EXPECT_EQ(read(*sensor).fault, Fault::Absent);
  add_i2c_chip(bench_.files, 2, "1-0048", "22000\n");
  sensor->maintain();
  EXPECT_DOUBLE_EQ(read(*sensor).value, 22.0);
}

TEST_F(HwmonTest, AnotherDeviceUnderTheOldNumberIsNotTakenForIt) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  const auto sensor = bench_.make(hwmon("1-0048"));
  remove_i2c_chip(bench_.files, 0, "1-0048");
  add_i2c_chip(bench_.files, 0, "1-0049", "99000\n");
  EXPECT_EQ(read(*sensor).fault, Fault::Absent);
  sensor->maintain();
  EXPECT_EQ(read(*sensor).fault, Fault::Absent);
}

TEST_F(HwmonTest, OneLostAcknowledgementCostsOneSlot) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  const auto sensor = bench_.make(hwmon("1-0048"));
  bench_.files.set_fault("/sys/class/hwmon/hwmon0/temp1_input", Fault::Absent);
  EXPECT_EQ(read(*sensor).fault, Fault::Absent);
  bench_.files.set_fault("/sys/class/hwmon/hwmon0/temp1_input", Fault::None);
  EXPECT_DOUBLE_EQ(read(*sensor).value, 20.0);
}

TEST_F(HwmonTest, ASlotIsOneReadOfAFileThatStaysOpen) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  const auto sensor = bench_.make(hwmon("1-0048"));
  const std::string input = "/sys/class/hwmon/hwmon0/temp1_input";
  for (int i = 0; i < 10; ++i) {
    (void)read(*sensor);
    sensor->maintain();
  }
  EXPECT_EQ(bench_.files.reads(input), 10U);
  EXPECT_EQ(bench_.files.opens(input), 1U);
}

TEST_F(HwmonTest, AChannelThatSaysFaultIsAnOpenCircuit) {
  add_i2c_chip(bench_.files, 0, "1-004c", "127750\n", "tmp421");
  const std::string flag = "/sys/class/hwmon/hwmon0/temp1_fault";
  bench_.files.set(flag, "0\n");
  const auto sensor = bench_.make(hwmon("1-004c"));
  EXPECT_EQ(read(*sensor).fault, Fault::None);
  bench_.files.set(flag, "1\n");
  EXPECT_EQ(read(*sensor).fault, Fault::OpenCircuit);
  bench_.files.set_fault("/sys/class/hwmon/hwmon0/temp1_input", Fault::Io);
  EXPECT_EQ(read(*sensor).fault, Fault::OpenCircuit);
  bench_.files.set_fault("/sys/class/hwmon/hwmon0/temp1_input", Fault::None);
  bench_.files.set(flag, "0\n");
  EXPECT_EQ(read(*sensor).fault, Fault::None);
}

TEST_F(HwmonTest, TheChipsNameWillDoIfOnlyOneHasIt) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("lm75"))).value, 20.0);
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("lm75@1-0048"))).value, 20.0);
}

TEST_F(HwmonTest, TwoChipsOfOneNameHaveToBeToldApart) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  add_i2c_chip(bench_.files, 1, "1-0049", "30000\n");
  EXPECT_THAT(bench_.refusal(hwmon("lm75")),
              AllOf(HasSubstr("2 hwmon devices"), HasSubstr("\"1-0048\" and \"1-0049\"")));
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("1-0049"))).value, 30.0);
}

TEST_F(HwmonTest, TwoChipsOfOneDeviceAreToldApartByBothNames) {
  const std::string device = "/sys/devices/pci0000:00/0000:00:18.3";
  for (const auto& [number, name] : {std::pair{"0", "k10temp"}, std::pair{"1", "sbtsi"}}) {
    const std::string hwmon = device + "/hwmon/hwmon" + number;
    bench_.files.set(hwmon + "/name", name);
    bench_.files.set(hwmon + "/temp1_input", std::string{number} + "1000");
    bench_.files.link(hwmon + "/device", "../..");
    bench_.files.link(std::string{"/sys/class/hwmon/hwmon"} + number, hwmon);
  }
  EXPECT_THAT(bench_.refusal(hwmon("0000:00:18.3")), HasSubstr("\"sbtsi@0000:00:18.3\""));
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("sbtsi@0000:00:18.3"))).value, 11.0);
}

TEST_F(HwmonTest, AChipOfAThermalZoneGoesByItsName) {
  add_zone(bench_.files, 0, "cpu-thermal", "48312\n");
  const std::string hwmon_path = "/sys/devices/virtual/thermal/thermal_zone0/hwmon0";
  bench_.files.set(hwmon_path + "/name", "cpu_thermal\n");
  bench_.files.set(hwmon_path + "/temp1_input", "48312\n");
  bench_.files.link(hwmon_path + "/device", "../../thermal_zone0");
  bench_.files.link("/sys/class/hwmon/hwmon0", hwmon_path);
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("cpu_thermal"))).value, 48.312);
  EXPECT_THAT(bench_.refusal(hwmon("thermal_zone0")), HasSubstr("renumbers"));
}

TEST_F(HwmonTest, InputsGoByNameOrLabel) {
  const std::string hwmon_path = "/sys/devices/platform/coretemp.0/hwmon/hwmon3";
  bench_.files.set(hwmon_path + "/name", "coretemp\n");
  bench_.files.set(hwmon_path + "/temp1_input", "51000\n");
  bench_.files.set(hwmon_path + "/temp1_label", "Package id 0\n");
  bench_.files.set(hwmon_path + "/temp10_input", "49000\n");
  bench_.files.set(hwmon_path + "/temp10_label", "Core 8\n");
  bench_.files.link(hwmon_path + "/device", "../..");
  bench_.files.link("/sys/class/hwmon/hwmon3", hwmon_path);
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("coretemp.0"))).value, 51.0);
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("coretemp.0", "temp10"))).value, 49.0);
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("coretemp.0", "Core 8"))).value, 49.0);
  EXPECT_THAT(bench_.refusal(hwmon("coretemp.0", "temp2")),
              HasSubstr("\"temp1\", \"Package id 0\", \"temp10\" and \"Core 8\""));
}

TEST_F(HwmonTest, WhatIsNotThereIsRefusedWithWhatIs) {
  EXPECT_THAT(bench_.refusal(hwmon("1-0048")),
              AllOf(HasSubstr("\"probe\""), HasSubstr("no hwmon device \"1-0048\""),
                    HasSubstr("present: none")));
  add_i2c_chip(bench_.files, 0, "1-0049", "20000\n");
  EXPECT_THAT(bench_.refusal(hwmon("1-0048")), HasSubstr("present: \"1-0049\""));
  EXPECT_THAT(bench_.refusal(hwmon("hwmon0")), HasSubstr("renumbers"));
  EXPECT_THAT(bench_.refusal(hwmon("")), HasSubstr("needs a device"));
}

TEST_F(HwmonTest, AForbiddenInputIsRefused) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  bench_.files.forbid("/sys/class/hwmon/hwmon0/temp1_input");
  EXPECT_THAT(bench_.refusal(hwmon("1-0048")), HasSubstr("cannot be opened"));
}

TEST_F(HwmonTest, AOneWireThermometerIsSentToItsOwnDriver) {
  add_i2c_chip(bench_.files, 0, "28-0316a2795aff", "20000\n", "w1_slave_temp");
  EXPECT_THAT(bench_.refusal(hwmon("28-0316a2795aff")), HasSubstr("driver = \"w1\""));
}

TEST_F(HwmonTest, OldDriversKeepTheirAttributesWithTheDevice) {
  const std::string device = "/sys/devices/platform/it87.656";
  bench_.files.set(device + "/name", "it87\n");
  bench_.files.set(device + "/temp2_input", "38000\n");
  bench_.files.link(device + "/hwmon/hwmon0/device", "../..");
  bench_.files.link("/sys/class/hwmon/hwmon0", device + "/hwmon/hwmon0");
  EXPECT_DOUBLE_EQ(read(*bench_.make(hwmon("it87.656"))).value, 38.0);
}

TEST_F(HwmonTest, ABusChipMayTakeLongerThanOneOnTheDie) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  add_i2c_chip(bench_.files, 1, "coretemp.0", "20000\n", "coretemp");
  EXPECT_GE(bench_.make(hwmon("1-0048"))->declared_worst_case(), std::chrono::microseconds{470});
  EXPECT_LT(bench_.make(hwmon("coretemp.0"))->declared_worst_case(),
            bench_.make(hwmon("1-0048"))->declared_worst_case());
}

TEST_F(HwmonTest, TheNumaNodeIsThatOfTheNearestDeviceThatHasOne) {
  add_i2c_chip(bench_.files, 0, "1-0048", "20000\n");
  EXPECT_EQ(sensor::numa_node(hwmon("1-0048"), bench_.files), std::nullopt);
  bench_.files.set("/sys/devices/platform/soc/numa_node", "1\n");
  EXPECT_EQ(sensor::numa_node(hwmon("1-0048"), bench_.files), 1);
  bench_.files.set("/sys/devices/platform/soc/i2c-1/numa_node", "-1\n");
  EXPECT_EQ(sensor::numa_node(hwmon("1-0048"), bench_.files), std::nullopt);
  EXPECT_EQ(sensor::numa_node(hwmon("1-0077"), bench_.files), std::nullopt);
}

}  // namespace
}  // namespace isotherm::test
