#include "diagnose/bus_time.hpp"

#include <chrono>

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;

constexpr std::int64_t kI2cClocksPerByte = 9;
constexpr std::int64_t kI2cAddressBytes = 1;
constexpr std::int64_t kSpiClocksPerByte = 8;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

constexpr Nanoseconds kW1Reset = std::chrono::microseconds{960};  // tRSTL + tRSTH
constexpr Nanoseconds kW1Slot = std::chrono::microseconds{61};    // tSLOT + tREC
constexpr unsigned kW1CommandBits = 8;
constexpr unsigned kW1AddressBits = 64;
constexpr unsigned kW1ScratchpadBits = 72;

Nanoseconds clocks_time(std::int64_t clocks, std::uint32_t hertz) {
  return Nanoseconds{clocks * kNanosecondsPerSecond / hertz};
}

}  // namespace

Nanoseconds i2c_transfer_time(std::uint32_t clock_hertz, unsigned written, unsigned read) {
  std::int64_t clocks = 1;  // STOP
  for (const unsigned bytes : {written, read}) {
    if (bytes > 0) {
      clocks += 1 + kI2cClocksPerByte * (kI2cAddressBytes + bytes);  // START or repeated START
    }
  }
  return clocks_time(clocks, clock_hertz);
}

Nanoseconds spi_transfer_time(std::uint32_t clock_hertz, unsigned bytes) {
  return clocks_time(1 + kSpiClocksPerByte * bytes, clock_hertz);
}

Nanoseconds w1_reset_time() { return kW1Reset; }

Nanoseconds w1_bits_time(unsigned bits) { return kW1Slot * bits; }

Nanoseconds w1_reading_time() {
  constexpr unsigned kAddressing = kW1CommandBits + kW1AddressBits;
  return 2 * w1_reset_time() +
         w1_bits_time(2 * kAddressing + 2 * kW1CommandBits + kW1ScratchpadBits);
}

Nanoseconds i2c_register_time(std::uint32_t clock_hertz) {
  return i2c_transfer_time(clock_hertz, 1, 2);
}

Nanoseconds spi_register_time(std::uint32_t clock_hertz) {
  return spi_transfer_time(clock_hertz, 2);
}

}  // namespace isotherm::diagnose
