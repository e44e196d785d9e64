// Where the device of a sensor is, from the configuration's words for it. Housekeeping only.
#pragma once

#include <optional>
#include <string>

#include "core/attribute.hpp"
#include "sensor/attribute_sensor.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

using Locate = Located (*)(const core::FileTree&, const std::string& device,
                           const std::string& input);

// The search of a driver that reads an attribute; null for the others.
[[nodiscard]] Locate locate_of(DriverKind driver) noexcept;

// Housekeeping. The NUMA node that the sensor's device belongs to (`numa_node` of the nearest
// device above it in /sys); nothing for a machine or a sensor without nodes, or a device that is
// not there.
[[nodiscard]] std::optional<int> numa_node(const SensorSettings& settings,
                                           const core::FileTree& files);

// Housekeeping. The directory of the sensor's device in /sys with all links resolved, so that it
// shows what the device hangs on; nothing for a sensor without a device, or one that is not there.
[[nodiscard]] std::optional<std::string> device_path(const SensorSettings& settings,
                                                     const core::FileTree& files);

}  // namespace isotherm::sensor
