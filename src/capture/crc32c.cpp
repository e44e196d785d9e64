#include "capture/crc32c.hpp"

#include <array>
#include <cstddef>

namespace isotherm::capture {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78U;
constexpr std::size_t kLanes = 8;

using Tables = std::array<std::array<std::uint32_t, 256>, kLanes>;

// tables[k][b]: what byte b contributes when k more bytes follow it in the same step. Eight bytes a
// step are several times as fast as one (Kounavis and Berry, "Novel Table Lookup-Based Algorithms
// for High-Performance CRC Generation", 2008).
constexpr Tables make_tables() noexcept {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kReflectedPolynomial : 0U);
    }
    tables[0][byte] = crc;
  }
  for (std::size_t lane = 1; lane < kLanes; ++lane) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[lane - 1][byte];
      tables[lane][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) noexcept {
  std::uint32_t crc = 0xFFFFFFFFU;
  const auto byte_at = [&bytes](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
  };
  std::size_t at = 0;
  for (; at + kLanes <= bytes.size(); at += kLanes) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint32_t mixed = i < 4 ? (crc >> (8U * i)) & 0xFFU : 0U;
      next ^= kTables[kLanes - 1 - i][byte_at(at + i) ^ mixed];
    }
    crc = next;
  }
  for (; at < bytes.size(); ++at) {
    crc = (crc >> 8U) ^ kTables[0][(crc ^ byte_at(at)) & 0xFFU];
  }
  return ~crc;
}

}  // namespace isotherm::capture
