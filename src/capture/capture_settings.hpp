// The operator's choices for captures: the [capture] table of the configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/time.hpp"

namespace isotherm::capture {

struct LatenessKeeping {
  bool kept = true;
  std::uint32_t step_ns = 100;  // the finest that is kept; 1: exact, if the budget allows; not 0
  double bytes_max = 0.8;       // a sample; 0: no budget, always `step_ns`
};

inline constexpr LatenessKeeping kExactLateness{true, 1, 0.0};
inline constexpr LatenessKeeping kNoLateness{false, 1, 0.0};

// So many of `file_bytes` fit in `total_bytes`, and so the oldest can go without costing much.
inline constexpr std::uint64_t kFilesAtLeast = 4;

struct CaptureSettings {
  bool enabled = false;
  std::string directory;  // empty: that of the temperature log
  std::string file;       // one file by its path instead, of `--capture FILE`
  // All files together never take more than this, nor does one of `--capture FILE`.
  std::uint64_t total_bytes = 1ULL << 30U;
  // A new file is begun before it would exceed this, or a kFilesAtLeast-th of `total_bytes`.
  std::uint64_t file_bytes = 64ULL << 20U;
  core::Nanoseconds age{0};            // files whose last chunk is older go; 0: none
  std::uint32_t chunk_samples = 8192;  // a sensor, at most; 1 to kChunkSamplesLimit
  // Chunks are closed after this even if they are not full, written and synced: what a power cut
  // may cost.
  core::Nanoseconds flush_interval{std::chrono::seconds{10}};
  // Bytes kept in memory while the disk is away: half of samples, half of packed chunks.
  std::uint64_t buffer = 8ULL << 20U;
  LatenessKeeping lateness{};
};

}  // namespace isotherm::capture
