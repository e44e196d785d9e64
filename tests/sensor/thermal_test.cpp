#include "sensor/thermal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using core::Fault;
using ::testing::AllOf;
using ::testing::HasSubstr;

sensor::SensorSettings zone(const std::string& device, const std::string& input = "") {
  return settings_of(sensor::DriverKind::Thermal, device, input);
}

TEST(ThermalTest, ReadsThousandthsOfADegree) {
  Bench bench;
  add_zone(bench.files, 0, "cpu-thermal", "48312\n");
  const auto sensor = bench.make(zone("cpu-thermal"));
  EXPECT_DOUBLE_EQ(sensor->read({}).value, 48.312);
  bench.files.set("/sys/class/thermal/thermal_zone0/temp", "-12000\n");
  EXPECT_DOUBLE_EQ(sensor->read({}).value, -12.0);
  bench.files.set("/sys/class/thermal/thermal_zone0/temp", "garbage\n");
  EXPECT_EQ(sensor->read({}).fault, Fault::Io);
  EXPECT_GT(sensor->declared_worst_case(), core::Nanoseconds{0});
}

TEST(ThermalTest, AZoneThatReturnsUnderAnotherNumberIsFoundAgain) {
  Bench bench;
  add_zone(bench.files, 1, "gpu-thermal", "40000\n");
  const auto sensor = bench.make(zone("gpu-thermal"));
  bench.files.remove("/sys/class/thermal/thermal_zone1");
  bench.files.remove("/sys/devices/virtual/thermal/thermal_zone1");
  EXPECT_EQ(sensor->read({}).fault, Fault::Absent);
  add_zone(bench.files, 1, "cpu-thermal", "99000\n");
  add_zone(bench.files, 4, "gpu-thermal", "41000\n");
  sensor->maintain();
  EXPECT_DOUBLE_EQ(sensor->read({}).value, 41.0);
}

TEST(ThermalTest, ZonesOfOneTypeGoByDeviceOrNumber) {
  Bench bench;
  add_zone(bench.files, 2, "acpitz", "30000\n");
  add_zone(bench.files, 10, "acpitz", "31000\n");
  bench.files.set("/sys/devices/LNXSYSTM:00/LNXTHERM:01/path", "\\_TZ_.TZ01\n");
  EXPECT_THAT(bench.refusal(zone("acpitz")),
              AllOf(HasSubstr("2 thermal zones"), HasSubstr("\"acpitz#0\" and \"acpitz#1\"")));
  EXPECT_DOUBLE_EQ(bench.make(zone("acpitz#0"))->read({}).value, 30.0);
  EXPECT_DOUBLE_EQ(bench.make(zone("acpitz#1"))->read({}).value, 31.0);

  bench.files.link("/sys/class/thermal/thermal_zone10/device",
                   "/sys/devices/LNXSYSTM:00/LNXTHERM:01");
  EXPECT_THAT(bench.refusal(zone("acpitz")), HasSubstr("\"acpitz@LNXTHERM:01\""));
  EXPECT_DOUBLE_EQ(bench.make(zone("acpitz@LNXTHERM:01"))->read({}).value, 31.0);
}

TEST(ThermalTest, WhatIsNotThereIsRefusedWithWhatIs) {
  Bench bench;
  add_zone(bench.files, 0, "cpu-thermal", "48312\n");
  EXPECT_THAT(bench.refusal(zone("gpu-thermal")), HasSubstr("present: \"cpu-thermal\""));
  EXPECT_THAT(bench.refusal(zone("thermal_zone0")), HasSubstr("renumber"));
  EXPECT_THAT(bench.refusal(zone("cpu-thermal", "temp2")), HasSubstr("leave `input` out"));
  bench.files.forbid("/sys/class/thermal/thermal_zone0/temp");
  EXPECT_THAT(bench.refusal(zone("cpu-thermal")), HasSubstr("cannot be opened"));
}

}  // namespace
}  // namespace isotherm::test
