// What the [history] table of the configuration sets.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/time.hpp"

namespace isotherm::history {

// The history's file in the log directory.
inline constexpr const char* kHistoryFileName = "history.db";

inline constexpr std::uint64_t kCapBytesMin = std::uint64_t{1} << 20U;

inline constexpr core::Nanoseconds kFlushIntervalMin = std::chrono::seconds{1};
inline constexpr core::Nanoseconds kFlushIntervalMax = std::chrono::hours{1};

struct HistorySettings {
  bool enabled = true;
  std::string file = kHistoryFileName;  // a relative one is relative to the log's directory
  // By Tier: how long its buckets are kept at least, if the cap allows; 0: for ever.
  std::array<core::Nanoseconds, 3> retention{std::chrono::hours{24 * 14},
                                             std::chrono::hours{24 * 366}, core::Nanoseconds{0}};
  // Of the database, its WAL and the WAL's index together. At least kCapBytesMin.
  std::uint64_t cap_bytes = std::uint64_t{256} << 20U;
  // Between writes; what a power cut costs at most. 1 s to 1 h.
  core::Nanoseconds flush_interval = std::chrono::seconds{60};
  // Bytes that the station may write a day, to all of its files; the flush interval is widened
  // before it is passed. 0: any number.
  std::uint64_t write_budget = 0;
  // Of rows that wait in memory while the disk is away; what is beyond it is lost and counted.
  std::size_t waiting_rows_max = 8192;
};

}  // namespace isotherm::history
