// The simulated sensor: a room whose temperature swings slowly, a thermometer whose thermal mass
// lags behind it, noise, the steps of a converter, and every trouble that a real sensor can have.
//
// A reading is a function of the seed, the ordinal and the slot time alone: no state is carried
// from slot to slot, so slots that were missed shift nothing, and two runs with one seed agree slot
// by slot.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/sensor.hpp"
#include "sensor/conditioning.hpp"
#include "sensor/counter_random.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

// The temperature that a thermometer of first order shows in a room that follows
//   mean + swing * (sin(w t + p1) + 0.15 sin(7 w t + p2)),   w = 2 pi / cycle
// after it has settled: each sine is smaller by 1 / sqrt(1 + (w k)^2) and later by atan(w k), where
// k, the time constant of the thermometer, is a fortieth of the cycle. The slow sine keeps 99 % of
// its swing, the fast one 67 %.
class ThermalModel {
 public:
  ThermalModel(const SimSettings& settings, const CounterRandom& random) noexcept;

  // Real-time. degC.
  [[nodiscard]] double at(core::Nanoseconds since_origin) const noexcept ISOTHERM_REALTIME;

 private:
  struct Wave {
    double amplitude = 0.0;  // degC
    double radians_per_second = 0.0;
    double phase = 0.0;  // radians
  };
  double mean_;
  std::array<Wave, 2> waves_;
};

class SimSensor : public core::Sensor {
 public:
  // A stall passes on `clock`, which outlives this. Throws SetupError for settings that contradict
  // themselves: a rate that is not between 0 and 1, rates that add up to more than 1, a cycle that
  // is not positive, a negative noise, resolution or stall.
  SimSensor(const SensorSettings& settings, const core::Clock& clock);

  // Real-time. A stall keeps the reader for its whole length, as a hanging bus would. An ordinal of
  // fault_slots gives that fault; else one draw decides between the faults of fault_rates.
  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override;
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override;
  // A stall at each slot (stall_rate = 1) is how slow the device is; a rarer one is a trouble.
  [[nodiscard]] core::Nanoseconds declared_best_case() const noexcept override;

 private:
  struct FaultSlot {
    std::uint64_t ordinal = 0;
    core::Fault fault = core::Fault::None;
    friend bool operator<(const FaultSlot& a, const FaultSlot& b) noexcept {
      return a.ordinal < b.ordinal;
    }
  };
  struct FaultShare {
    double below = 0.0;  // a draw below this, and not below the one before
    core::Fault fault = core::Fault::None;
  };

  [[nodiscard]] core::Fault injected_fault(std::uint64_t ordinal) const noexcept;
  [[nodiscard]] bool stalls(std::uint64_t ordinal) const noexcept;

  const core::Clock& clock_;
  CounterRandom random_;
  ThermalModel model_;
  Conditioning conditioning_;
  double noise_;
  double resolution_;
  double spike_rate_;
  double spike_;
  double stall_rate_;
  core::Nanoseconds stall_;
  std::vector<FaultSlot> fault_slots_;      // ascending
  std::vector<FaultShare> fault_shares_;    // ascending
  std::vector<std::uint64_t> stall_slots_;  // ascending
};

}  // namespace isotherm::sensor
