// A sensor that is one number in /sys: hwmon, thermal zones and IIO differ in how the device is
// found (hwmon.cpp, thermal.cpp, iio.cpp), not in how it is read.
#pragma once

#include <memory>

#include "core/sensor.hpp"
#include "sensor/attribute_channel.hpp"
#include "sensor/conditioning.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

class AttributeSensor : public core::Sensor {
 public:
  // `located` has been found; `locator` finds it again.
  AttributeSensor(const SensorSettings& settings, Located located, Locator locator);

  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override;
  void maintain() noexcept override { channel_.maintain(); }
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override {
    return worst_case_;
  }

 private:
  core::Nanoseconds worst_case_;
  AttributeChannel channel_;
  Conditioning conditioning_;
};

}  // namespace isotherm::sensor
