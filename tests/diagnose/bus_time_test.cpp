#include "diagnose/bus_time.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace isotherm::diagnose {
namespace {

using namespace std::chrono_literals;

// Counted by hand on the picture of a combined transfer in UM10204, 3.1.10: S, address and W with
// its acknowledge (9), register (9), Sr, address and R (9), two bytes (18), P: 48 clocks.
TEST(BusTimeTest, ARegisterOfAThermometerOnI2cTakesFortyEightClocks) {
  EXPECT_EQ(i2c_register_time(100'000), 480us);
  EXPECT_EQ(i2c_register_time(400'000), 120us);
  EXPECT_EQ(i2c_register_time(1'000'000), 48us);
}

TEST(BusTimeTest, ATransferInOneDirectionHasNoRepeatedStart) {
  EXPECT_EQ(i2c_transfer_time(100'000, 0, 2), (1 + 9 + 18 + 1) * 10us);
  EXPECT_EQ(i2c_transfer_time(100'000, 3, 0), (1 + 9 + 27 + 1) * 10us);
}

TEST(BusTimeTest, SpiTakesEightClocksAByteAndOneForTheSelect) {
  EXPECT_EQ(spi_register_time(1'000'000), 17us);
  EXPECT_EQ(spi_transfer_time(8'000'000, 4), 33 * 125ns);
}

// DS18B20 data sheet: a reset and its presence pulse 480 us each, a bit slot 60 us + 1 us recovery.
TEST(BusTimeTest, AOneWireReadingIsMuchLongerThanAnySlotMayBe) {
  EXPECT_EQ(w1_reset_time(), 960us);
  EXPECT_EQ(w1_bits_time(8), 488us);
  // Reset, Match ROM, address, Convert T; reset, Match ROM, address, Read Scratchpad, nine bytes.
  EXPECT_EQ(w1_reading_time(), 2 * 960us + (8 + 64 + 8 + 8 + 64 + 8 + 72) * 61us);
}

}  // namespace
}  // namespace isotherm::diagnose
