// From a driver's raw temperature to a reading: scale and offset of the configuration, the range
// that the operator considers possible, and the detection of a sensor that is stuck.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/realtime.hpp"
#include "core/sensor.hpp"
#include "sensor/sensor_settings.hpp"

namespace isotherm::sensor {

// One a sensor, used by its reader only.
class Conditioning {
 public:
  explicit Conditioning(const SensorSettings& settings) noexcept
      : scale_(settings.scale), offset_(settings.offset), stuck_after_(settings.stuck_after) {
    if (settings.range) {
      low_ = settings.range->low;
      high_ = settings.range->high;
    }
  }

  // Real-time. `raw` in degC as the driver has it; the reading in degC.
  //
  // A value that is not finite is Io, a value outside the range OutOfRange, and the n-th equal raw
  // reading in a row (n = stuck_after) and all that follow it Stuck, until the raw reading changes.
  // OutOfRange goes before Stuck: a sensor that sits at its rail is given the same reason from its
  // first slot to its last. Slots in which the driver reports a fault do not come here; they
  // neither count as equal readings nor break the row, so a stuck sensor on a noisy bus is found.
  [[nodiscard]] core::Reading apply(double raw) noexcept ISOTHERM_REALTIME {
    const bool stuck = count_equal(raw);
    const double value = raw * scale_ + offset_;
    if (!std::isfinite(value)) {
      return core::Reading::faulty(core::Fault::Io);
    }
    if (value < low_ || value > high_) {
      return core::Reading::faulty(core::Fault::OutOfRange);
    }
    return stuck ? core::Reading::faulty(core::Fault::Stuck) : core::Reading::good(value);
  }

 private:
  [[nodiscard]] bool count_equal(double raw) noexcept ISOTHERM_REALTIME {
    if (stuck_after_ == 0) {
      return false;
    }
    // The comparison is exact on purpose: a sensor that is stuck repeats itself to the last bit.
    if (raw != last_raw_) {
      last_raw_ = raw;
      equal_ = 1;
    } else if (equal_ < stuck_after_) {
      ++equal_;
    }
    return equal_ >= stuck_after_;
  }

  double scale_;
  double offset_;
  double low_ = -std::numeric_limits<double>::infinity();
  double high_ = std::numeric_limits<double>::infinity();
  std::uint32_t stuck_after_;
  std::uint32_t equal_ = 0;
  double last_raw_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace isotherm::sensor
