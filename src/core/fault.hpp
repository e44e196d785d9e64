// Why a slot has no good value. A fault is data: an enumerator that travels in the sample and a
// counter beside it, never an exception and never a log line of a reader.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace isotherm::core {

enum class Fault : std::uint8_t {
  None,          // the value is good
  Timeout,       // the device did not answer in its time
  Nack,          // the bus device did not acknowledge
  Crc,           // the transfer's checksum does not match
  OpenCircuit,   // the converter says that its probe is not connected
  ShortCircuit,  // the converter says that its probe is shorted to ground or supply
  OutOfRange,    // the value is outside the configured range, or beyond the chip's
  Stuck,         // the raw reading has not changed for the configured number of slots
  Stale,         // no new conversion since the last slot that was read
  PowerOn,       // the chip's power-on value (DS18B20: 85 degC), so no conversion took place
  Absent,        // the device is not there (unplugged, unbound, or past the end of a replay)
  Io,            // any other error of the kernel or of the text it gave
};

inline constexpr std::size_t kFaultCount = 12;

using FaultCounts = std::array<std::uint64_t, kFaultCount>;

constexpr std::size_t index_of(Fault fault) noexcept { return static_cast<std::size_t>(fault); }

static_assert(index_of(Fault::Io) + 1 == kFaultCount);

// The word used in the log, the configuration and the summary: "open_circuit". `none` for None.
[[nodiscard]] std::string_view fault_word(Fault fault) noexcept;

// The fault of a word, without None; nothing if there is no such word.
[[nodiscard]] std::optional<Fault> fault_from_word(std::string_view word) noexcept;

}  // namespace isotherm::core
