#include "sensor/w1_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace isotherm::test {
namespace {

using core::Fault;
using sensor::parse_w1_slave;

std::string two_lines(const std::string& bytes, const std::string& verdict,
                      const std::string& milli) {
  return bytes + " : crc=" + bytes.substr(24, 2) + " " + verdict + "\n" + bytes + " t=" + milli +
         "\n";
}

TEST(W1TextTest, TakesTheTemperatureOfACheckedText) {
  // The rows of the DS18B20 data sheet's table 1, as the kernel prints them.
  const std::vector<std::pair<std::string, std::int32_t>> rows = {
      {"125000", 125'000}, {"25062", 25'062},   {"10125", 10'125},   {"500", 500},       {"0", 0},
      {"-500", -500},      {"-10125", -10'125}, {"-25062", -25'062}, {"-55000", -55'000}};
  for (const auto& [text, milli] : rows) {
    const auto reading =
        parse_w1_slave(two_lines("72 01 4b 46 7f ff 0e 10 57", "YES", text), sensor::kW1Ds18b20);
    EXPECT_EQ(reading.fault, Fault::None) << text;
    EXPECT_EQ(reading.milli, milli);
  }
}

TEST(W1TextTest, AWrongChecksumIsACrcFault) {
  EXPECT_EQ(
      parse_w1_slave(two_lines("72 01 4b 46 7f ff 0e 10 11", "NO", "23125"), sensor::kW1Ds18b20)
          .fault,
      Fault::Crc);
}

TEST(W1TextTest, ABusThatNobodyDrivesIsNoAnswer) {
  EXPECT_EQ(parse_w1_slave(two_lines("ff ff ff ff ff ff ff ff ff", "NO", "-62"), sensor::kW1Ds18b20)
                .fault,
            Fault::Nack);
  EXPECT_EQ(parse_w1_slave("", sensor::kW1Ds18b20).fault, Fault::Nack);
}

TEST(W1TextTest, ABusHeldLowIsAShortAlthoughItsChecksumMatches) {
  EXPECT_EQ(
      parse_w1_slave(two_lines("00 00 00 00 00 00 00 00 00", "YES", "0"), sensor::kW1Ds18b20).fault,
      Fault::ShortCircuit);
}

TEST(W1TextTest, BeyondTheChipIsOutOfRange) {
  for (const std::string milli : {"127937", "125001", "-55001"}) {
    EXPECT_EQ(
        parse_w1_slave(two_lines("ff 07 4b 46 7f ff 0c 10 57", "YES", milli), sensor::kW1Ds18b20)
            .fault,
        Fault::OutOfRange)
        << milli;
  }
}

TEST(W1TextTest, AThermocoupleHasItsOwnRangeAndFaults) {
  const auto parse = [](const std::string& bytes) {
    return parse_w1_slave(two_lines(bytes, "YES", "1372000"), sensor::kW1Ds1825);
  };
  EXPECT_EQ(parse("c0 55 00 19 f0 ff ff ff 57").milli, 1'372'000);
  EXPECT_EQ(parse("c1 55 01 19 f0 ff ff ff 57").fault, Fault::OpenCircuit);
  EXPECT_EQ(parse("c1 55 02 19 f0 ff ff ff 57").fault, Fault::ShortCircuit);
  EXPECT_EQ(parse("c1 55 04 19 f0 ff ff ff 57").fault, Fault::ShortCircuit);
}

TEST(W1TextTest, AnyOtherTextIsAnIoFault) {
  const std::string good = two_lines("72 01 4b 46 7f ff 0e 10 57", "YES", "23125");
  for (const std::string& text :
       {std::string{"garbage"}, std::string{"garbage\nt=1"}, good.substr(0, 30), good.substr(0, 60),
        two_lines("72 01 4b 46 7f ff 0e 10 57", "YES", "12a"),
        two_lines("72 01 4b 46 7f ff 0e 10 57", "YES", "99999999999"),
        two_lines("zz 01 4b 46 7f ff 0e 10 57", "YES", "23125"),
        two_lines("72 01 4b 46 7f ff 0e 10 57", "PERHAPS", "23125")}) {
    EXPECT_EQ(parse_w1_slave(text, sensor::kW1Ds18b20).fault, Fault::Io) << text;
  }
}

TEST(W1TextTest, EveryPrefixOfATextIsHandled) {
  const std::string good = two_lines("72 01 4b 46 7f ff 0e 10 57", "YES", "23125");
  for (std::size_t length = 0; length + 8 < good.size(); ++length) {
    EXPECT_NE(parse_w1_slave(good.substr(0, length), sensor::kW1Ds18b20).fault, Fault::None);
  }
}

TEST(W1TextTest, KnowsThermometersByTheirFamily) {
  EXPECT_EQ(sensor::w1_family("28-0316a2795aff"), 0x28);
  EXPECT_EQ(sensor::w1_family("10-000802824e58"), 0x10);
  EXPECT_EQ(sensor::w1_family("3b-000000183ec4"), 0x3B);
  EXPECT_EQ(sensor::w1_family("3B-000000183ec4"), 0x3B);
  for (const std::string other :
       {"", "28", "28-", "w1_bus_master1", "1d-0000000f1234", "xx-1234"}) {
    EXPECT_EQ(sensor::w1_family(other), 0) << other;
  }
}

}  // namespace
}  // namespace isotherm::test
