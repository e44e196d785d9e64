// Thermal zones: /sys/class/thermal (kernel Documentation/driver-api/thermal/sysfs-api.rst).
//
// thermal_zoneN is counted up in the order of registration, so it is refused. `device` is one of
//   "cpu-thermal"           the zone's type, if only one zone has it
//   "acpitz@LNXTHERM:01"    type and the name of the device behind thermal_zoneN/device
//   "acpitz#1"              type and number among the zones of that type, counted from 0: for zones
//                           that nothing else tells apart. It is as stable as the device tree or
//                           the firmware's table, which name the zones in a fixed order, but not
//                           where two drivers of the same type load in any order.
// There is one value a zone: `temp`, in thousandths of a degC; `input` must be empty or "temp".
#pragma once

#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "sensor/located.hpp"

namespace isotherm::sensor {

struct ThermalZone {
  std::string directory;
  std::string type;
  std::string device;  // empty if it has none
  unsigned index = 0;  // among the zones of its type
};

// In the kernel's order.
[[nodiscard]] std::vector<ThermalZone> thermal_zones(const core::FileTree& files);

// The shortest `device` that means this zone and no other of `zones`.
[[nodiscard]] std::string thermal_identity(const ThermalZone& zone,
                                           const std::vector<ThermalZone>& zones);

[[nodiscard]] Located locate_thermal(const core::FileTree& files, const std::string& device,
                                     const std::string& input);

}  // namespace isotherm::sensor
