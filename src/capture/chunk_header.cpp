#include "capture/chunk_header.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "capture/bytes.hpp"
#include "capture/crc32c.hpp"
#include "core/sample.hpp"

namespace isotherm::capture {
namespace {

constexpr std::size_t kHeaderBytesAt = 10;
constexpr std::size_t kCrcBytes = 4;

// Far beyond those of any sensor; within them a value is still a number when steps are counted.
constexpr double kGridStepLeast = 1e-12;
constexpr double kGridStepMost = 1e12;

bool is_grid(ValueGrid grid) noexcept {
  switch (grid.kind) {
    case ValueKind::Bits:
    case ValueKind::Table:
      return std::bit_cast<std::uint64_t>(grid.step) == 0;
    case ValueKind::Multiply:
    case ValueKind::Divide:
      return grid.step >= kGridStepLeast && grid.step <= kGridStepMost;  // false for NaN
  }
  return false;
}

// Whether a sensor's step, and slot * period + start for all slots to behind the last, stay within
// 64 bits.
bool times_fit(const ChunkHeader& header) noexcept {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const std::int64_t period = header.origin.period.count();
  if (period <= 0 || header.last_slot >= core::kSlotLimit) {
    return false;
  }
  const auto slots = static_cast<std::int64_t>(header.last_slot + 1);
  if (std::max(slots, std::int64_t{header.origin.every}) > kMax / period) {
    return false;
  }
  const std::int64_t span = slots * period;
  return header.origin.start.time_since_epoch().count() <= kMax - span &&
         header.wall_start.time_since_epoch().count() <= kMax - span;
}

// A sensor has slots at the multiples of `every` only.
bool slots_fit(const ChunkHeader& header) noexcept {
  const std::uint64_t every = header.origin.every;
  return every > 0 && header.first_slot <= header.last_slot && header.first_slot % every == 0 &&
         header.last_slot % every == 0 &&
         header.last_slot - header.first_slot >= (header.samples - 1) * every;
}

bool holds_together(const ChunkHeader& header) noexcept {
  std::uint64_t columns = 0;
  for (const ColumnPlace& column : header.columns) {
    columns += column.bytes;
  }
  return header.samples > 0 && header.samples <= kChunkSamplesLimit &&
         header.payload_bytes <= kPayloadLimit && columns == header.payload_bytes &&
         slots_fit(header) && times_fit(header) && is_grid(header.grid);
}

void append_text(std::string& out, std::string_view text) {
  text = text.substr(0, kNameLimit);
  append_fixed(out, static_cast<std::uint8_t>(text.size()));
  out += text;
}

}  // namespace

std::string_view fault_text(ChunkFault fault) noexcept {
  switch (fault) {
    case ChunkFault::None:
      return "no fault";
    case ChunkFault::NoMagic:
      return "no chunk begins here";
    case ChunkFault::Unreadable:
      return "the medium cannot be read there";
    case ChunkFault::Torn:
      return "the file ends before the chunk does";
    case ChunkFault::HeaderCrc:
      return "the checksum of the header does not match";
    case ChunkFault::Version:
      return "written by a later version";
    case ChunkFault::Contradiction:
      return "the header contradicts itself";
    case ChunkFault::PayloadCrc:
      return "the checksum of the samples does not match";
    case ChunkFault::Payload:
      return "the samples are not what the header says";
  }
  return "unknown";
}

std::string header_bytes_of(ChunkHeader& header) {
  const std::string_view name = std::string_view(header.origin.name).substr(0, kNameLimit);
  const std::string_view unit = std::string_view(header.origin.unit).substr(0, kNameLimit);
  header.header_bytes = static_cast<std::uint32_t>(kHeaderMin + name.size() + unit.size());
  std::string out{kMagic};
  append_fixed(out, kFormatVersion);
  append_fixed(out, static_cast<std::uint16_t>(header.header_bytes));
  append_fixed(out, header.payload_bytes);
  append_fixed(out, header.payload_crc);
  append_fixed(out, header.samples);
  append_fixed(out, header.origin.reader);
  append_fixed(out, header.origin.sensor);
  append_fixed(out, header.origin.every);
  append_fixed(out, header.samples_before);
  append_fixed(out, header.dropped_before);
  append_fixed(out, header.first_slot);
  append_fixed(out, header.last_slot);
  append_fixed(out, std::int64_t{header.origin.period.count()});
  append_fixed(out, std::int64_t{header.origin.start.time_since_epoch().count()});
  append_fixed(out, std::int64_t{header.wall_start.time_since_epoch().count()});
  for (const std::uint8_t byte : header.origin.boot_id) {
    append_fixed(out, byte);
  }
  append_fixed(out, static_cast<std::uint8_t>(header.synced ? 1 : 0));
  append_fixed(out, static_cast<std::uint8_t>(header.grid.kind));
  append_double(out, header.grid.step);
  append_fixed(out, header.lateness_step_ns);
  for (const ColumnPlace& column : header.columns) {
    append_fixed(out, column.coding.code());
    append_fixed(out, column.bytes);
  }
  append_text(out, name);
  append_text(out, unit);
  append_fixed(out, crc32c(out));
  return out;
}

ChunkFault parse_header(std::string_view bytes, ChunkHeader& header) {
  if (bytes.substr(0, kMagic.size()) != kMagic.substr(0, std::min(bytes.size(), kMagic.size()))) {
    return ChunkFault::NoMagic;
  }
  if (bytes.size() < kHeaderMin) {
    return ChunkFault::Torn;
  }
  const auto size = std::size_t{ByteReader(bytes.substr(kHeaderBytesAt)).fixed<std::uint16_t>()};
  if (size < kHeaderMin) {
    return ChunkFault::HeaderCrc;
  }
  if (size > bytes.size()) {
    return size > kHeaderLimit ? ChunkFault::HeaderCrc : ChunkFault::Torn;
  }
  const std::string_view covered = bytes.substr(0, size - kCrcBytes);
  if (ByteReader(bytes.substr(covered.size())).fixed<std::uint32_t>() != crc32c(covered)) {
    return ChunkFault::HeaderCrc;
  }
  ByteReader reader(covered.substr(kMagic.size()));
  if (reader.fixed<std::uint16_t>() != kFormatVersion) {
    return ChunkFault::Version;
  }
  header.header_bytes = reader.fixed<std::uint16_t>();
  header.payload_bytes = reader.fixed<std::uint32_t>();
  header.payload_crc = reader.fixed<std::uint32_t>();
  header.samples = reader.fixed<std::uint32_t>();
  header.origin.reader = reader.fixed<std::uint16_t>();
  header.origin.sensor = reader.fixed<std::uint16_t>();
  header.origin.every = reader.fixed<std::uint32_t>();
  header.samples_before = reader.fixed<std::uint64_t>();
  header.dropped_before = reader.fixed<std::uint64_t>();
  header.first_slot = reader.fixed<std::uint64_t>();
  header.last_slot = reader.fixed<std::uint64_t>();
  header.origin.period = core::Nanoseconds{reader.fixed<std::int64_t>()};
  header.origin.start = core::MonotonicTime{core::Nanoseconds{reader.fixed<std::int64_t>()}};
  header.wall_start = core::WallTime{core::Nanoseconds{reader.fixed<std::int64_t>()}};
  for (std::uint8_t& byte : header.origin.boot_id) {
    byte = reader.fixed<std::uint8_t>();
  }
  const auto flags = reader.fixed<std::uint8_t>();
  const auto kind = reader.fixed<std::uint8_t>();
  header.synced = flags == 1;
  header.grid.kind = static_cast<ValueKind>(kind & 3U);
  header.grid.step = reader.real();
  header.lateness_step_ns = reader.fixed<std::uint32_t>();
  bool known = flags <= 1 && kind <= 3;
  for (ColumnPlace& column : header.columns) {
    const auto code = reader.fixed<std::uint8_t>();
    known = known && code < kCodings;
    column = {Coding::of(static_cast<std::uint8_t>(code % kCodings)),
              reader.fixed<std::uint32_t>()};
  }
  header.origin.name = reader.take(reader.fixed<std::uint8_t>());
  header.origin.unit = reader.take(reader.fixed<std::uint8_t>());
  return known && reader.ok() && reader.at_end() && holds_together(header)
             ? ChunkFault::None
             : ChunkFault::Contradiction;
}

}  // namespace isotherm::capture
