// The port behind which every kind of sensor stands.
#pragma once

#include <cstdint>

#include "core/fault.hpp"
#include "core/realtime.hpp"
#include "core/time.hpp"

namespace isotherm::core {

// What one read gave: degrees Celsius, or the fault that stands in for it.
struct Reading {
  double value = 0.0;
  Fault fault = Fault::None;

  static constexpr Reading good(double celsius) noexcept { return {celsius, Fault::None}; }
  static constexpr Reading faulty(Fault why) noexcept { return {0.0, why}; }
};

// Which scheduled reading this is. Slots that were missed count too: `ordinal` jumps over them.
struct SlotInfo {
  std::uint64_t ordinal = 0;    // of this sensor: 0, 1, 2 ... one for each slot it was due at
  Nanoseconds since_origin{0};  // slot time minus the station's time origin
};

class Sensor {
 public:
  virtual ~Sensor() = default;

  // Real-time; one thread only. Takes at most declared_worst_case().
  [[nodiscard]] virtual Reading read(const SlotInfo& slot) noexcept = 0;

  // Housekeeping, about once a second, at the same time as read() may run on its reader. Finds a
  // device again that has disappeared, and does whatever else a reader must not. May allocate and
  // open files; must not throw.
  virtual void maintain() noexcept {}

  // The longest that read() may keep its reader, by the device's data sheet or the driver's own
  // time-out; `isotherm check` adds these up.
  [[nodiscard]] virtual Nanoseconds declared_worst_case() const noexcept = 0;

  // The shortest that any read() can take, where that is certain: a plan that has no room even for
  // this is refused before its start.
  [[nodiscard]] virtual Nanoseconds declared_best_case() const noexcept { return Nanoseconds{0}; }
};

}  // namespace isotherm::core
