// From the configuration's table of a sensor to the sensor.
#pragma once

#include <memory>
#include <string>

#include "core/attribute.hpp"
#include "core/clock.hpp"
#include "core/helper_threads.hpp"
#include "core/recording.hpp"
#include "core/sensor.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

// What drivers stand on. All of it outlives every sensor that was made with it.
struct SensorPorts {
  const core::FileTree& files;
  core::HelperThreads& helpers;
  const core::Clock& clock;
  core::Recordings* recordings = nullptr;  // null: only CSV files are replayed
};

// Housekeeping. `reader_period` is the period of the sensor's reader; the sensor is read at every
// settings.every-th slot of it. Throws SetupError (Config, settings.where) for a device or an input
// that is not there, naming those that are; for a rate that the device cannot follow, naming the
// fastest; and for settings that contradict themselves.
[[nodiscard]] std::unique_ptr<core::Sensor> make_sensor(const SensorSettings& settings,
                                                        const SensorPorts& ports,
                                                        core::Nanoseconds reader_period);

}  // namespace isotherm::sensor
