// The operator's choices for captures: the [capture] table of the configuration.
#pragma once

#include <chrono>
#include <cstdint>

#include "capture/chunk.hpp"
#include "core/time.hpp"

namespace isotherm::capture {

struct CaptureSettings {
  // All files together never take more than this, nor does one of `--capture FILE`.
  std::uint64_t total_bytes = 1ULL << 30U;
  std::uint64_t file_bytes = 64ULL << 20U;  // a new file is begun before it would exceed this
  core::Nanoseconds age{0};                 // files whose last chunk is older go; 0: none
  std::uint32_t chunk_samples = 8192;       // a sensor, at most; 1 to kChunkSamplesLimit
  // Chunks are closed after this even if they are not full, written and synced: what a power cut
  // may cost.
  core::Nanoseconds flush_interval{std::chrono::seconds{10}};
  std::uint64_t buffer = 4ULL << 20U;  // bytes of chunks kept in memory while the disk is away
  LatenessKeeping lateness{};
};

}  // namespace isotherm::capture
