// Which sensors this machine has, and the lines of the configuration that read them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

struct FoundSensor {
  DriverKind driver = DriverKind::Hwmon;
  std::string device;             // the key `device`: a stable identity
  std::string input;              // the key `input`; empty where the driver needs none
  std::string label;              // what the kernel calls it; empty if nothing
  std::optional<double> celsius;  // the present value; none for 1-Wire, and where the read failed
  // Unique among the found and good as the configuration's `name`: 1 to 64 of a-z 0-9 - _, first a
  // letter or digit.
  std::string suggested_name;
};

// Housekeeping. Hwmon chips first, then thermal zones, IIO, 1-Wire; each in the kernel's order.
//
// Nothing is listed twice: thermal zones that the kernel shows as a hwmon chip as well
// (drivers/thermal/thermal_hwmon.c) are listed as that chip, and 1-Wire thermometers by the driver
// `w1` only. A 1-Wire thermometer is not read, because that takes up to a second each.
[[nodiscard]] std::vector<FoundSensor> discover(const core::FileTree& files);

// The [[reader.sensor]] table of a found sensor, in TOML, with a newline at its end.
[[nodiscard]] std::string config_lines(const FoundSensor& sensor);

}  // namespace isotherm::sensor
