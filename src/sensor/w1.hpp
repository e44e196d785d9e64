// 1-Wire thermometers (DS18B20 and family) through the kernel's w1_therm driver.
//
// Reading one makes the kernel start a conversion and wait for it: 94 ms at 9 bits to 750 ms at 12
// (DS18B20 data sheet, "AC Electrical Characteristics", tCONV), and the transfers besides. No
// reader can wait for that, so the read is in two phases: in one slot the reader asks for a
// conversion, a housekeeping thread of this sensor makes it, and in the next slot the reader takes
// the result. A value is therefore as old as the reader's period, and the first was asked for when
// the sensor was set up.
//
// It is one thread a sensor and not one a bus: while a thermometer with its own supply converts,
// the kernel leaves the bus to the others, so that 20 of them take one conversion time together.
//
// `device` is the slave's name, "28-0316a2795aff": family and serial number, burnt into the chip.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "core/helper_threads.hpp"
#include "core/sensor.hpp"
#include "sensor/conditioning.hpp"
#include "sensor/sensor_settings.hpp"
#include "sensor/w1_text.hpp"

namespace isotherm::sensor {

// Names of the thermometers on all buses, sorted. Housekeeping; touches no bus.
[[nodiscard]] std::vector<std::string> w1_thermometers(const core::FileTree& files);

// Where the kernel shows a slave: "/sys/bus/w1/devices/28-...".
[[nodiscard]] std::string w1_directory(const std::string& slave);

// The shortest time between two readings: the conversion, by the thermometer's present settings,
// and the transfers on the bus. Housekeeping; may take some 10 ms.
[[nodiscard]] core::Nanoseconds w1_shortest_period(const core::FileTree& files,
                                                   const std::string& slave);

// The blocking side, on the helper thread: makes one conversion after the other, finds a slave
// again that was gone, and tells a power-on value from the truth.
class W1Thermometer {
 public:
  // `accept_power_on` takes 85 degC always for the truth. `files` outlives this.
  W1Thermometer(const core::FileTree& files, const std::string& slave, bool accept_power_on);

  // Housekeeping; blocks for the conversion. Exactly 85.000 degC is a reading only if the latest
  // good conversion is among the last kRecentConversions and was within kPowerOnNearMilli of it: a
  // thing that is truly at 85 degC has come there through the degrees below or above. Else it is
  // PowerOn.
  [[nodiscard]] W1Reading convert() noexcept;

  static constexpr std::int32_t kPowerOnNearMilli = 5'000;
  static constexpr unsigned kRecentConversions = 8;

 private:
  [[nodiscard]] W1Reading read_once() noexcept;
  [[nodiscard]] bool open() noexcept;

  const core::FileTree& files_;
  std::string path_;
  std::uint8_t family_;
  bool accept_power_on_;
  std::unique_ptr<core::AttributeFile> file_;
  bool have_good_ = false;
  std::int32_t last_good_milli_ = 0;
  unsigned since_good_ = 0;  // conversions
};

class W1Sensor : public core::Sensor {
 public:
  // Starts the helper thread, named iso-w1- and the end of the serial number, and asks for the
  // first conversion. Throws SetupError if the thread cannot be started. `files` outlives this.
  W1Sensor(const SensorSettings& settings, const core::FileTree& files,
           core::HelperThreads& helpers);

  // Real-time. Takes the result of the last conversion and asks for the next. Stale: the
  // conversion that was asked for has not ended yet.
  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override;
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override;

  // Conversions that have ended. Any thread.
  [[nodiscard]] std::uint32_t conversions() const noexcept {
    return sequence_of(result_.load(std::memory_order_acquire));
  }

 private:
  // A result in one word, so that it passes from thread to thread without a lock: thousandths of a
  // degC in bits 0 to 31, the fault in 32 to 39, the number of the conversion in 40 to 63.
  static constexpr unsigned kFaultShift = 32;
  static constexpr unsigned kSequenceShift = 40;
  [[nodiscard]] static std::uint64_t packed(const W1Reading& reading,
                                            std::uint32_t sequence) noexcept;
  [[nodiscard]] static std::uint32_t sequence_of(std::uint64_t word) noexcept {
    return static_cast<std::uint32_t>(word >> kSequenceShift);
  }

  void convert_on_request(const std::stop_token& stop) noexcept;

  W1Thermometer thermometer_;
  Conditioning conditioning_;
  std::uint32_t collected_ = 0;  // the reader's: the last conversion that it has taken
  std::atomic<std::uint32_t> requested_{1};
  std::atomic<std::uint64_t> result_{0};
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  // Last, so that it is joined before anything that it uses is gone.
  std::unique_ptr<core::HelperThread> helper_;
};

}  // namespace isotherm::sensor
