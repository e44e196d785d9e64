// Which bus a device of /sys lies on, and its clock where the device tree states it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/attribute.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

enum class BusKind : std::uint8_t { I2c, Spi, W1 };

struct SensorBus {
  BusKind kind = BusKind::I2c;
  std::string name;  // "i2c-1", "spi0", "w1_bus_master1"; of a multiplexed bus the trunk's
  std::uint32_t clock_hertz = 0;  // 0 with 1-Wire, which has none, and where nothing says it
  bool clock_stated = false;      // by the device tree; else it is the usual one of the bus
  core::Nanoseconds transfer{0};  // one reading, by formula; 0 where the clock is not known
};

// Of the device whose directory has the resolved path `path`; nothing if it lies on no bus that is
// known here. Reads one or two attributes of the device tree.
[[nodiscard]] std::optional<SensorBus> bus_of_device(const std::string& path,
                                                     const core::FileTree& files);

// "I2C at 100 kHz", "SPI at 1 MHz", "1-Wire".
[[nodiscard]] std::string bus_words(const SensorBus& bus);

}  // namespace isotherm::diagnose
