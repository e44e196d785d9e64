// A sample is one slot of one sensor as it travels through the ring: value or fault, when it was
// due, how late it was read and how long the read took. 32 bytes, so two share a cache line.
//
// `dropped_total` is what makes the accounting exact without a second channel: each sample carries
// how many samples of its sensor had found the ring full before it. Of the slots between two
// neighbouring samples of a sensor, as many were dropped as the count has grown; the others missed.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/fault.hpp"
#include "core/time.hpp"

namespace isotherm::core {

inline constexpr std::uint64_t kSlotLimit = std::uint64_t{1} << 48U;  // 446 years at 20 kHz
inline constexpr std::int64_t kLatenessLimitNs = (std::int64_t{1} << 48U) - 1;  // 78 hours

struct Sample {
  std::uint64_t slot : 48;         // the reader's slot number n, counted from 0, never rebased
  std::uint64_t sensor : 16;       // index within the reader
  std::uint64_t lateness_ns : 48;  // read start minus slot time, saturated at kLatenessLimitNs
  std::uint64_t fault_code : 16;   // see fault()
  double value;                    // degrees Celsius; 0 where there is a fault
  std::uint32_t duration_ns;       // of the read, saturated at 4.29 s
  std::uint32_t dropped_total;     // samples of this sensor dropped before this one, modulo 2^32

  [[nodiscard]] Fault fault() const noexcept { return static_cast<Fault>(fault_code); }
  [[nodiscard]] bool good() const noexcept { return fault_code == 0; }
};

static_assert(sizeof(Sample) == 32);
static_assert(std::is_trivially_copyable_v<Sample>);

}  // namespace isotherm::core
