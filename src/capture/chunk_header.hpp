// What stands before the samples of a chunk: enough to know which they are, when they were taken
// and how many bytes to go on to the next chunk, without unpacking any.
//
// All numbers are little-endian. The header, in its order:
//
//   offset  bytes
//        0      8  kMagic; its first byte is no ASCII, and its line ends show a text-mode copy
//        8      2  version of the format, 1
//       10      2  bytes of this header, its checksum included
//       12      4  bytes of the columns behind it
//       16      4  CRC-32C of the columns
//       20      4  samples, 1 to kChunkSamplesLimit
//       24      2  reader, index in the station
//       26      2  sensor, index in the reader
//       28      4  every, the divisor of the reader's rate: slots are multiples of it
//       32      8  samples of this sensor and run in earlier chunks
//       40      8  samples of this sensor and run that the capture had to drop before this chunk
//       48      8  first slot
//       56      8  last slot
//       64      8  period of the reader, ns
//       72      8  slot 0 on CLOCK_MONOTONIC, ns
//       80      8  slot 0 in UTC, ns since 1970, by the clocks as they stood when the chunk was
//       made 88     16  the kernel's boot id, as a UUID's bytes
//      104      1  bit 0: the wall clock was synchronised then
//      105      1  ValueKind
//      106      8  ValueGrid::step, a double
//      114      4  step of the lateness, ns: 0 not kept, 1 exact, else rounded to multiples of it
//      118     30  six columns, each 1 byte of Coding and 4 of size: slots, dropped totals, faults,
//                  values, what is aside of the values (no coding), lateness
//      148    1+n  name of the sensor
//             1+n  its unit
//               4  CRC-32C of all bytes of the header before it
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "capture/packing.hpp"
#include "capture/value_coding.hpp"
#include "core/time.hpp"

namespace isotherm::capture {

inline constexpr std::string_view kMagic{"\x8Bisocap\n", 8};
inline constexpr std::uint16_t kFormatVersion = 1;

inline constexpr std::uint32_t kChunkSamplesLimit = 65'536;
inline constexpr std::size_t kNameLimit = 255;    // bytes of a name or a unit
inline constexpr std::size_t kHeaderFixed = 148;  // bytes before the name
inline constexpr std::size_t kHeaderMin = kHeaderFixed + 2 + 4;
inline constexpr std::size_t kHeaderLimit = kHeaderMin + 2 * kNameLimit;
// Six columns of at most 8 or 9 bytes a sample, and some for their segments.
inline constexpr std::uint32_t kPayloadLimit = kChunkSamplesLimit * 64U;

using BootId = std::array<std::uint8_t, 16>;

// Whose samples they are, and in which run they were taken.
struct Origin {
  std::uint16_t reader = 0;
  std::uint16_t sensor = 0;
  std::uint32_t every = 1;
  core::Nanoseconds period{0};
  core::MonotonicTime start{};  // slot 0
  BootId boot_id{};
  std::string name{};
  std::string unit{};

  friend bool operator==(const Origin&, const Origin&) = default;
};

struct ColumnPlace {
  Coding coding{};
  std::uint32_t bytes = 0;
};

enum class Column : std::uint8_t { Slots, DroppedTotals, Faults, Values, Aside, Lateness };
inline constexpr std::size_t kColumns = 6;

struct ChunkHeader {
  Origin origin{};
  std::uint32_t header_bytes = 0;
  std::uint32_t payload_bytes = 0;
  std::uint32_t payload_crc = 0;
  std::uint32_t samples = 0;
  std::uint64_t samples_before = 0;
  std::uint64_t dropped_before = 0;
  std::uint64_t first_slot = 0;
  std::uint64_t last_slot = 0;
  core::WallTime wall_start{};  // slot 0
  bool synced = false;
  ValueGrid grid{};
  std::uint32_t lateness_step_ns = 0;
  std::array<ColumnPlace, kColumns> columns{};

  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return std::uint64_t{header_bytes} + payload_bytes;
  }
  // Scheduled times of a slot. Of one behind that after the chunk's last they may overflow.
  [[nodiscard]] core::MonotonicTime monotonic_at(std::uint64_t slot) const noexcept {
    return origin.start + origin.period * static_cast<std::int64_t>(slot);
  }
  [[nodiscard]] core::WallTime wall_at(std::uint64_t slot) const noexcept {
    return wall_start + origin.period * static_cast<std::int64_t>(slot);
  }
};

enum class ChunkFault : std::uint8_t {
  None,
  NoMagic,        // no chunk begins here
  Unreadable,     // the medium does not give the bytes
  Torn,           // the bytes end before the chunk does
  HeaderCrc,      // the header's checksum does not match
  Version,        // of a format that this program does not know
  Contradiction,  // the checksum matches, but the header's fields do not fit each other
  PayloadCrc,     // the columns' checksum does not match
  Payload,        // the checksum matches, but the columns are not what the header says
};

// For people: "the checksum of the header does not match".
[[nodiscard]] std::string_view fault_text(ChunkFault fault) noexcept;

// Sets header_bytes. Names longer than kNameLimit are cut.
[[nodiscard]] std::string header_bytes_of(ChunkHeader& header);

// Reads the header at the beginning of `bytes`, of which kHeaderLimit are always enough. For any
// bytes at all it returns None or a fault; with None every field is within its limits.
[[nodiscard]] ChunkFault parse_header(std::string_view bytes, ChunkHeader& header);

}  // namespace isotherm::capture
