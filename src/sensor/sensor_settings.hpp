// The operator's choices for one sensor: a [[reader.sensor]] table of the configuration.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fault.hpp"
#include "core/time.hpp"

namespace isotherm::sensor {

// The drivers, by the word of the key `driver`.
enum class DriverKind : std::uint8_t { Hwmon, Thermal, Iio, W1, Sim, Replay };

struct DriverWord {
  DriverKind kind;
  std::string_view word;
};

inline constexpr std::array<DriverWord, 6> kDriverWords{{
    {DriverKind::Hwmon, "hwmon"},
    {DriverKind::Thermal, "thermal"},
    {DriverKind::Iio, "iio"},
    {DriverKind::W1, "w1"},
    {DriverKind::Sim, "sim"},
    {DriverKind::Replay, "replay"},
}};

[[nodiscard]] constexpr std::string_view driver_word(DriverKind kind) noexcept {
  for (const DriverWord& entry : kDriverWords) {
    if (entry.kind == kind) {
      return entry.word;
    }
  }
  return "unknown";
}

// The driver of a word; nothing if there is no such driver.
[[nodiscard]] constexpr std::optional<DriverKind> driver_from_word(std::string_view word) noexcept {
  for (const DriverWord& entry : kDriverWords) {
    if (entry.word == word) {
      return entry.kind;
    }
  }
  return std::nullopt;
}

struct Range {
  double low = 0.0;
  double high = 0.0;
};

// The simulated sensor: a seeded thermal model (a room that follows a daily and a faster cycle,
// with the lag of a thermal mass and noise), and every kind of trouble at set rates or slots.
struct SimSettings {
  double mean = 21.0;                                 // degC
  double swing = 2.0;                                 // degC, amplitude of the slow cycle
  core::Nanoseconds cycle{std::chrono::seconds{60}};  // length of the slow cycle
  double noise = 0.02;                                // degC, standard deviation
  double resolution = 0.0625;                         // degC, one LSB; 0 means none
  std::uint64_t seed = 0;                     // 0: from the sensor's name, so that two differ
  std::map<core::Fault, double> fault_rates;  // share of slots, 0 to 1, for each fault
  std::map<core::Fault, std::vector<std::uint64_t>> fault_slots;  // ordinals at which it happens
  double spike_rate = 0.0;                                        // share of slots, 0 to 1
  double spike = 30.0;                                            // degC added by a spike
  double stall_rate = 0.0;  // share of slots, 0 to 1, in which read() takes `stall`
  std::vector<std::uint64_t> stall_slots;
  core::Nanoseconds stall{std::chrono::milliseconds{5}};
};

struct ReplaySettings {
  std::string file;   // CSV, header `timestamp,value`; one line a slot
  bool loop = false;  // past the end: start again, or `absent` faults
};

struct SensorSettings {
  std::string name;
  DriverKind driver = DriverKind::Sim;
  std::string device;  // a stable identity, see each driver; never hwmonN
  std::string input;   // hwmon: "temp1"; iio: "in_temp"; empty: the driver's default
  std::string unit = "degC";
  std::uint32_t every = 1;             // divisor of the reader's rate: read at each `every`th slot
  double scale = 1.0;                  // value = raw * scale + offset, raw in degC
  double offset = 0.0;                 // degC
  std::optional<Range> range;          // degC, after scale and offset; outside is out_of_range
  std::uint32_t stuck_after = 0;       // so many equal raw readings in a row are `stuck`; 0: off
  bool accept_power_on_value = false;  // w1: take 85 degC as a reading even where it looks like
                                       // the DS18B20's power-on value
  SimSettings sim;
  ReplaySettings replay;
  std::string where;  // "file:line" of the table, for messages
};

}  // namespace isotherm::sensor
