// The text that the kernel's w1_therm driver gives for a 1-Wire thermometer (w1_slave, kernel
// Documentation/w1/slaves/w1_therm.rst): nine bytes of scratchpad twice, the verdict of the CRC,
// and the temperature.
//
//   72 01 4b 46 7f ff 0e 10 57 : crc=57 YES
//   72 01 4b 46 7f ff 0e 10 57 t=23125
#pragma once

#include <cstdint>
#include <string_view>

#include "core/fault.hpp"

namespace isotherm::sensor {

// Family codes that w1_therm serves (its documentation, "Supported chips").
inline constexpr std::uint8_t kW1Ds18s20 = 0x10;
inline constexpr std::uint8_t kW1Ds1822 = 0x22;
inline constexpr std::uint8_t kW1Ds18b20 = 0x28;
inline constexpr std::uint8_t kW1Ds1825 = 0x3B;  // also the thermocouple converter MAX31850
inline constexpr std::uint8_t kW1Ds28ea00 = 0x42;

// The value that a thermometer holds from power-on to its first conversion (DS18B20 data sheet,
// "Operation - Measuring Temperature"), in thousandths of a degC.
inline constexpr std::int32_t kW1PowerOnMilli = 85'000;

// Thousandths of a degC, or the fault that stands in for it.
struct W1Reading {
  std::int32_t milli = 0;
  core::Fault fault = core::Fault::None;
};

// The family of a slave's name, "28-0316a2795aff" gives 0x28; 0 if it is not the name of a
// thermometer.
[[nodiscard]] std::uint8_t w1_family(std::string_view slave) noexcept;

// What w1_slave says. The faults:
//   Crc           the checksum does not match ("NO")
//   Nack          all bits 1, nobody drove the bus; or no text at all: the kernel reached nobody
//   ShortCircuit  all bits 0, the bus is held low; or a MAX31850 says that its probe is shorted
//   OpenCircuit   a MAX31850 says that its probe is not connected (its data sheet, table 2)
//   OutOfRange    outside -55 to 125 degC, what a DS18B20 can measure
//   Io            any other text
// The checksum of all bits 0 happens to match. The 127.94 degC that a DS18B20 gives when its supply
// broke down during the conversion is OutOfRange.
// A power-on value is a good reading here: whether to believe it depends on the reading before.
[[nodiscard]] W1Reading parse_w1_slave(std::string_view text, std::uint8_t family) noexcept;

}  // namespace isotherm::sensor
