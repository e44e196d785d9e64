#include "diagnose/sensor_bus.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_file_tree.hpp"

namespace isotherm::diagnose {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string kAdapter = "/sys/devices/platform/soc/fe804000.i2c/i2c-1";

TEST(SensorBusTest, AnI2cDeviceHasTheClockOfItsAdaptersNode) {
  test::FakeFileTree files;
  files.set(kAdapter + "/of_node/clock-frequency", "\x00\x06\x1a\x80"s);
  const auto bus = bus_of_device(kAdapter + "/1-0048/hwmon/hwmon2", files);
  ASSERT_TRUE(bus.has_value());
  EXPECT_EQ(bus->kind, BusKind::I2c);
  EXPECT_EQ(bus->name, "i2c-1");
  EXPECT_EQ(bus->clock_hertz, 400'000U);
  EXPECT_TRUE(bus->clock_stated);
  EXPECT_EQ(bus->transfer, 120us);
  EXPECT_EQ(bus_words(*bus), "I2C at 400 kHz");
}

TEST(SensorBusTest, AClockThatEndsInWhatLooksLikeABlankIsReadWhole) {
  test::FakeFileTree files;
  files.set(kAdapter + "/of_node/clock-frequency", "\x00\x01\x86\x20"s);  // 99 872 Hz
  EXPECT_EQ(bus_of_device(kAdapter + "/1-0048/hwmon/hwmon2", files)->clock_hertz, 99'872U);
}

TEST(SensorBusTest, WithoutAStatedClockI2cIsTakenForTheSlowestUsualOne) {
  test::FakeFileTree files;
  const auto bus =
      bus_of_device("/sys/devices/pci0000:00/0000:00:1f.4/i2c-0/0-0050/hwmon/hwmon0", files);
  ASSERT_TRUE(bus.has_value());
  EXPECT_EQ(bus->clock_hertz, 100'000U);
  EXPECT_FALSE(bus->clock_stated);
  EXPECT_EQ(bus_words(*bus), "I2C at 100 kHz (assumed)");
  files.set("/sys/devices/pci0000:00/0000:00:1f.4/i2c-0/of_node/clock-frequency", "\x01"s);
  EXPECT_FALSE(
      bus_of_device("/sys/devices/pci0000:00/0000:00:1f.4/i2c-0/0-0050", files)->clock_stated)
      << "a property that is no cell";
}

TEST(SensorBusTest, ABranchOfAMultiplexerKeepsItsTrunkBusy) {
  test::FakeFileTree files;
  files.set(kAdapter + "/of_node/clock-frequency", "\x00\x0f\x42\x40"s);
  const auto bus = bus_of_device(kAdapter + "/1-0070/i2c-11/11-0048/iio:device0", files);
  ASSERT_TRUE(bus.has_value());
  EXPECT_EQ(bus->name, "i2c-1");
  EXPECT_EQ(bus_words(*bus), "I2C at 1 MHz");
}

TEST(SensorBusTest, AnSpiDeviceHasAClockOfItsOwn) {
  test::FakeFileTree files;
  const std::string device = "/sys/devices/platform/soc/fe204000.spi/spi_master/spi0/spi0.1";
  files.set(device + "/of_node/spi-max-frequency", "\x00\x7a\x12\x00"s);
  auto bus = bus_of_device(device + "/iio:device0", files);
  ASSERT_TRUE(bus.has_value());
  EXPECT_EQ(bus->kind, BusKind::Spi);
  EXPECT_EQ(bus->name, "spi0");
  EXPECT_EQ(bus->transfer, 17 * 125ns);
  EXPECT_EQ(bus_words(*bus), "SPI at 8 MHz");

  files.remove(device + "/of_node/spi-max-frequency");
  bus = bus_of_device(device + "/iio:device0", files);
  ASSERT_TRUE(bus.has_value());
  EXPECT_EQ(bus->transfer, 0ns) << "nothing is known of its clock";
}

TEST(SensorBusTest, AOneWireSlaveLiesOnItsMaster) {
  const test::FakeFileTree files;
  const auto bus = bus_of_device("/sys/devices/w1_bus_master1/28-0316a2795aff", files);
  ASSERT_TRUE(bus.has_value());
  EXPECT_EQ(bus->kind, BusKind::W1);
  EXPECT_EQ(bus->name, "w1_bus_master1");
}

TEST(SensorBusTest, WhatLiesOnNoneOfTheseIsOnNoBus) {
  const test::FakeFileTree files;
  for (const char* path : {"/sys/devices/virtual/thermal/thermal_zone0",
                           "/sys/devices/platform/coretemp.0/hwmon/hwmon3", "/", "",
                           "/sys/devices/i2c-designware/x", "/sys/devices/spindle/spi"}) {
    EXPECT_FALSE(bus_of_device(path, files).has_value()) << path;
  }
}

}  // namespace
}  // namespace isotherm::diagnose
