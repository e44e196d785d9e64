#include "sensor/w1_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <system_error>

#include "sensor/number_text.hpp"

namespace isotherm::sensor {
namespace {

constexpr std::size_t kScratchpadBytes = 9;
using Scratchpad = std::array<std::uint8_t, kScratchpadBytes>;

std::optional<std::uint8_t> hex_byte(std::string_view text) noexcept {
  constexpr int kHex = 16;
  std::uint8_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, kHex);
  if (text.size() != 2 || error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

// "72 01 4b 46 7f ff 0e 10 57 ..."
std::optional<Scratchpad> scratchpad_of(std::string_view line) noexcept {
  constexpr std::size_t kStep = 3;  // two digits and a blank
  Scratchpad bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (line.size() < (i + 1) * kStep) {
      return std::nullopt;
    }
    const auto byte = hex_byte(line.substr(i * kStep, 2));
    if (!byte) {
      return std::nullopt;
    }
    bytes[i] = *byte;
  }
  return bytes;
}

bool all_are(const Scratchpad& bytes, std::uint8_t value) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [value](std::uint8_t b) { return b == value; });
}

// MAX31850 data sheet, "Memory": byte 4 bit 7 is always 1 (0 in a DS1825), byte 0 bit 0 says that
// there is a fault, and the low bits of byte 2 say which: 0 open, 1 short to ground, 2 to supply.
core::Fault probe_fault(const Scratchpad& bytes) noexcept {
  const bool is_max31850 = (bytes[4] & 0x80U) != 0;
  if (!is_max31850 || (bytes[0] & 0x01U) == 0) {
    return core::Fault::None;
  }
  if ((bytes[2] & 0x01U) != 0) {
    return core::Fault::OpenCircuit;
  }
  return (bytes[2] & 0x06U) != 0 ? core::Fault::ShortCircuit : core::Fault::Io;
}

constexpr W1Reading faulty(core::Fault why) noexcept { return {0, why}; }

}  // namespace

std::uint8_t w1_family(std::string_view slave) noexcept {
  constexpr std::array<std::uint8_t, 5> kFamilies{kW1Ds18s20, kW1Ds1822, kW1Ds18b20, kW1Ds1825,
                                                  kW1Ds28ea00};
  if (slave.size() < 4 || slave[2] != '-') {
    return 0;
  }
  const auto family = hex_byte(slave.substr(0, 2));
  const bool known =
      family && std::find(kFamilies.begin(), kFamilies.end(), *family) != kFamilies.end();
  return known ? *family : std::uint8_t{0};
}

W1Reading parse_w1_slave(std::string_view text, std::uint8_t family) noexcept {
  text = trimmed_end(text);
  if (text.empty()) {
    return faulty(core::Fault::Nack);
  }
  const std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos) {
    return faulty(core::Fault::Io);
  }
  const std::string_view first = trimmed_end(text.substr(0, newline));
  const std::string_view second = text.substr(newline + 1);
  const auto bytes = scratchpad_of(first);
  if (!bytes) {
    return faulty(core::Fault::Io);
  }
  if (all_are(*bytes, 0xFF)) {
    return faulty(core::Fault::Nack);
  }
  if (all_are(*bytes, 0x00)) {
    return faulty(core::Fault::ShortCircuit);
  }
  if (first.ends_with(" NO")) {
    return faulty(core::Fault::Crc);
  }
  const std::size_t equals = second.find("t=");
  if (!first.ends_with(" YES") || equals == std::string_view::npos) {
    return faulty(core::Fault::Io);
  }
  const auto milli = parse_integer(second.substr(equals + 2));
  if (!milli || *milli > std::numeric_limits<std::int32_t>::max() ||
      *milli < std::numeric_limits<std::int32_t>::min()) {
    return faulty(core::Fault::Io);
  }
  if (family == kW1Ds1825) {
    // May be a thermocouple, whose range is its own.
    const core::Fault fault = probe_fault(*bytes);
    return fault == core::Fault::None ? W1Reading{static_cast<std::int32_t>(*milli), fault}
                                      : faulty(fault);
  }
  constexpr std::int64_t kLowest = -55'000;
  constexpr std::int64_t kHighest = 125'000;
  if (*milli < kLowest || *milli > kHighest) {
    return faulty(core::Fault::OutOfRange);
  }
  return {static_cast<std::int32_t>(*milli), core::Fault::None};
}

}  // namespace isotherm::sensor
