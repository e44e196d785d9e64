#include "sensor/attribute_sensor.hpp"

#include <utility>

namespace isotherm::sensor {

AttributeSensor::AttributeSensor(const SensorSettings& settings, Located located, Locator locator)
    : worst_case_(located.worst_case),
      channel_(std::move(located.source), std::move(locator)),
      conditioning_(settings) {}

core::Reading AttributeSensor::read(const core::SlotInfo& /*slot*/) noexcept {
  const core::Reading raw = channel_.read();
  return raw.fault == core::Fault::None ? conditioning_.apply(raw.value) : raw;
}

}  // namespace isotherm::sensor
