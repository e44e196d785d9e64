// How long a transfer takes on a bus at the least, by the bus's own specification: what no driver
// and no clever kernel can be quicker than. Pure.
#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace isotherm::diagnose {

// Standard-mode, UM10204 (NXP, "I2C-bus specification and user manual"), table 10; the default of
// most controllers' device-tree bindings.
inline constexpr std::uint32_t kI2cStandardHertz = 100'000;

// I2C: every byte takes 9 clocks, 8 bits and the acknowledge (UM10204, 3.1.5 and 3.1.6); START,
// repeated START and STOP take about one each (tHD;STA + tSU;STA, tSU;STO: table 10). Writing
// `written` bytes (a register's number) and reading `read` bytes back is
//   S address W | written ... | Sr address R | read ... P
// A part with 0 bytes is left out, with its address. `clock_hertz` is above 0.
[[nodiscard]] core::Nanoseconds i2c_transfer_time(std::uint32_t clock_hertz, unsigned written,
                                                  unsigned read);

// SPI: 8 clocks a byte, both directions at once; select and deselect half a clock each (kernel
// Documentation/spi/spi-summary.rst; there is no standard that says less or more).
[[nodiscard]] core::Nanoseconds spi_transfer_time(std::uint32_t clock_hertz, unsigned bytes);

// 1-Wire at standard speed (DS18B20 data sheet, "1-Wire Signaling" and AC Electrical
// Characteristics): a reset and its presence pulse take 480 us each at the least, a bit a slot of
// 60 us and 1 us of recovery.
[[nodiscard]] core::Nanoseconds w1_reset_time();
[[nodiscard]] core::Nanoseconds w1_bits_time(unsigned bits);

// What one reading of a DS18B20 keeps its bus for, besides the conversion: twice reset and ROM
// address (Match ROM is 8 + 64 bits), Convert T, and Read Scratchpad with its 9 bytes.
[[nodiscard]] core::Nanoseconds w1_reading_time();

// The register of a thermometer: its number written, two bytes read (LM75 and its family; SMBus
// read word, System Management Bus Specification 3.2, 6.5.5). On SPI two bytes are read (LM70).
[[nodiscard]] core::Nanoseconds i2c_register_time(std::uint32_t clock_hertz);
[[nodiscard]] core::Nanoseconds spi_register_time(std::uint32_t clock_hertz);

}  // namespace isotherm::diagnose
