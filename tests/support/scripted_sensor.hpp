// A sensor whose reads a test writes down as a function of the slot.
#pragma once

#include <functional>
#include <utility>

#include "core/realtime_section.hpp"
#include "core/sensor.hpp"

namespace isotherm::test {

class ScriptedSensor : public core::Sensor {
 public:
  using Script = std::function<core::Reading(const core::SlotInfo&)>;

  explicit ScriptedSensor(Script script) : script_(std::move(script)) {}

  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override {
    // The script is the test's and not a driver's: it may do what it likes.
    const core::RealtimeSection outside(core::RealtimePhase::Outside);
    return script_(slot);
  }
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override {
    return core::Nanoseconds{0};
  }

 private:
  Script script_;
};

}  // namespace isotherm::test
