// What a worker finds out about a portion, in a form that can be merged with its neighbours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyse/allan.hpp"
#include "analyse/moments.hpp"
#include "analyse/spectrum.hpp"
#include "analyse/stretches.hpp"
#include "analyse/value_counts.hpp"
#include "capture/chunk_header.hpp"
#include "core/fault.hpp"

namespace isotherm::analyse {

// A chunk that was read; the rest of it stands in its header.
struct PieceRead {
  std::size_t chunk = 0;            // of the index
  std::uint32_t first_dropped = 0;  // dropped_total of its first sample
  std::uint32_t last_dropped = 0;
};

// Why a chunk has no part in the result.
struct ChunkLost {
  std::size_t chunk = 0;
  capture::ChunkFault fault = capture::ChunkFault::None;  // None: the worker did not come back
};

struct LatenessPart {
  std::uint64_t samples = 0;
  std::uint64_t max_ns = 0;
  std::vector<std::pair<std::size_t, std::uint64_t>> buckets;  // of core::Histogram; ascending
};

struct Partial {
  std::vector<PieceRead> pieces;
  std::vector<ChunkLost> lost;
  std::uint64_t good = 0;        // finite ones
  std::uint64_t not_finite = 0;  // good by their fault, but no number
  core::FaultCounts faults{};    // by core::index_of(); of 0 none
  ValueCounts values;
  std::uint64_t min_slot = 0;  // the first with that value; in intervals, as all slots here
  std::uint64_t max_slot = 0;
  LineSums line;            // x: hours since slot 0
  double resolution = 0.0;  // 0: not known
  AllanPart allan;
  SpectrumPart spectrum;
  EqualPart equal;
  SpikePart spikes;
  LatenessPart lateness;
};

// For a pipe between processes of the same program on one machine: no format for files.
[[nodiscard]] std::string partial_bytes(const Partial& partial);
// False if `bytes` is no such text.
[[nodiscard]] bool parse_partial(std::string_view bytes, Partial& partial);

}  // namespace isotherm::analyse
