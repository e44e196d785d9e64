// A chunk: some thousands of consecutive samples of one sensor, by columns, with a header that
// stands alone (chunk_header.hpp). Everything of a sample is kept to the bit, but for
//
//   lateness   kept to a step that the header says: exact, coarser, or not at all
//   duration   of the read: not kept
//
// Lateness is noise, and exact nanoseconds of it cost two bytes a sample however they are packed
// (a log-normal spread of 15 us has an entropy of 15.5 bits). So a budget may be set for it: the
// chunk then takes the finest of the steps 1, 2, 5, 10, 20 ... ns that keeps to the budget.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/capture_settings.hpp"
#include "capture/chunk_header.hpp"
#include "capture/packing.hpp"
#include "core/sample.hpp"

namespace isotherm::capture {

// A lateness of a chunk is within half of its step, which is never larger than this, so that no
// lateness of a second is mistaken for one of another second. In a budget below what that costs the
// column is over the budget.
inline constexpr std::uint32_t kLatenessStepLimitNs = 1'000'000;

// What a chunk's samples belong to beside their origin.
struct ChunkPlace {
  std::uint64_t samples_before = 0;
  std::uint64_t dropped_before = 0;
  core::WallTime wall_start{};  // slot 0
  bool synced = false;
};

// The samples as they come out: all columns have the same length, but for lateness_ns, which is
// empty if it was not kept.
struct Columns {
  std::vector<std::uint64_t> slots;
  std::vector<double> values;              // degC; bit for bit what the sample had
  std::vector<std::uint64_t> lateness_ns;  // multiples of the header's step
  std::vector<std::uint64_t> fault_codes;  // of core::Fault, all below core::kFaultCount
  std::vector<std::uint64_t> dropped_totals;

  [[nodiscard]] std::size_t size() const noexcept { return slots.size(); }
  [[nodiscard]] core::Fault fault(std::size_t i) const {
    return static_cast<core::Fault>(fault_codes.at(i));
  }
};

class ChunkCoder {
 public:
  // The bytes of a chunk with 1 to kChunkSamplesLimit samples of one sensor, their slots ascending.
  [[nodiscard]] std::string encode(const Origin& origin, const ChunkPlace& place,
                                   std::span<const core::Sample> samples,
                                   const LatenessKeeping& lateness);

  // `payload` is what stands behind the header in the file; of damaged ones nothing is believed.
  // Allocates in proportion to header.samples. The columns are good only with ChunkFault::None.
  [[nodiscard]] ChunkFault decode(const ChunkHeader& header, std::string_view payload,
                                  Columns& columns);

 private:
  [[nodiscard]] PackedColumn encode_lateness(std::span<const core::Sample> samples,
                                             const LatenessKeeping& lateness,
                                             std::uint32_t& step_ns);

  Packer packer_;
};

}  // namespace isotherm::capture
