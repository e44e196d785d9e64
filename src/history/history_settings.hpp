// What the [history] table of the configuration sets.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/time.hpp"

namespace isotherm::history {

inline constexpr std::uint64_t kCapBytesMin = std::uint64_t{1} << 20U;

struct HistorySettings {
  // By Tier: how long its buckets are kept at least, if the cap allows; 0: for ever.
  std::array<core::Nanoseconds, 3> retention{std::chrono::hours{24 * 14},
                                             std::chrono::hours{24 * 366}, core::Nanoseconds{0}};
  // Of the database, its WAL and the WAL's index together. At least kCapBytesMin.
  std::uint64_t cap_bytes = std::uint64_t{256} << 20U;
  // Between writes; what a power cut costs at most. 1 s to 1 h.
  core::Nanoseconds flush_interval = std::chrono::seconds{60};
  // Of rows that wait in memory while the disk is away; what is beyond it is lost and counted.
  std::size_t waiting_rows_max = 8192;
};

}  // namespace isotherm::history
