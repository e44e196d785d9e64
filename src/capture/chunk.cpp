#include "capture/chunk.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "capture/crc32c.hpp"

namespace isotherm::capture {
namespace {

constexpr std::array kSlotCodings{Coding{Order::DeltaOfDelta, Packing::Changes},
                                  Coding{Order::Delta, Packing::Changes},
                                  Coding{Order::DeltaOfDelta, Packing::Narrow2}};
constexpr std::array kDroppedCodings{Coding{Order::Delta, Packing::Changes}};
constexpr std::array kFaultCodings{Coding{Order::Base, Packing::Changes},
                                   Coding{Order::Delta, Packing::Changes},
                                   Coding{Order::Base, Packing::Narrow4}};
constexpr std::array kLatenessCodings{Coding{Order::Base, Packing::Planes}};

template <typename Value>
std::vector<std::uint64_t> column_of(std::span<const core::Sample> samples, const Value& value) {
  std::vector<std::uint64_t> out(samples.size());
  std::transform(samples.begin(), samples.end(), out.begin(), value);
  return out;
}

// 1, 2, 5, 10, 20 ...: a quarter to a third finer or coarser would save or cost half a bit.
std::uint32_t next_step(std::uint32_t step) noexcept {
  std::uint32_t power = 1;
  while (step / power >= 10) {
    power *= 10;
  }
  const std::uint32_t lead = step / power;
  return (lead < 2 ? 2 : lead < 5 ? 5 : 10) * power;
}

}  // namespace

PackedColumn ChunkCoder::encode_lateness(std::span<const core::Sample> samples,
                                         const LatenessKeeping& lateness, std::uint32_t& step_ns) {
  assert(lateness.step_ns > 0);
  const double budget = lateness.bytes_max * static_cast<double>(samples.size());
  for (step_ns = std::min(lateness.step_ns, kLatenessStepLimitNs);; step_ns = next_step(step_ns)) {
    const std::uint64_t step = step_ns;
    PackedColumn column = packer_.pack(column_of(samples,
                                                 [step](const core::Sample& sample) {
                                                   return (sample.lateness_ns + step / 2) / step;
                                                 }),
                                       kLatenessCodings);
    if (lateness.bytes_max <= 0.0 || static_cast<double>(column.bytes.size()) <= budget ||
        step_ns >= kLatenessStepLimitNs) {
      return column;
    }
  }
}

std::string ChunkCoder::encode(const Origin& origin, const ChunkPlace& place,
                               std::span<const core::Sample> samples,
                               const LatenessKeeping& lateness) {
  assert(!samples.empty() && samples.size() <= kChunkSamplesLimit);
  ChunkHeader header;
  header.origin = origin;
  header.samples = static_cast<std::uint32_t>(samples.size());
  header.samples_before = place.samples_before;
  header.dropped_before = place.dropped_before;
  header.first_slot = samples.front().slot;
  header.last_slot = samples.back().slot;
  header.wall_start = place.wall_start;
  header.synced = place.synced;

  std::array<PackedColumn, kColumns> columns;
  const auto at = [&columns](Column column) -> PackedColumn& {
    return columns.at(static_cast<std::size_t>(column));
  };
  at(Column::Slots) =
      packer_.pack(column_of(samples, [](const core::Sample& s) { return std::uint64_t{s.slot}; }),
                   kSlotCodings);
  at(Column::DroppedTotals) = packer_.pack(
      column_of(samples, [](const core::Sample& s) { return std::uint64_t{s.dropped_total}; }),
      kDroppedCodings);
  at(Column::Faults) = packer_.pack(
      column_of(samples, [](const core::Sample& s) { return std::uint64_t{s.fault_code}; }),
      kFaultCodings);
  CodedValues values = code_values(packer_, samples);
  header.grid = values.grid;
  at(Column::Values) = std::move(values.column);
  at(Column::Aside).bytes = std::move(values.aside);
  if (lateness.kept) {
    at(Column::Lateness) = encode_lateness(samples, lateness, header.lateness_step_ns);
  }

  std::string payload;
  for (std::size_t i = 0; i < kColumns; ++i) {
    header.columns.at(i) = {columns.at(i).coding,
                            static_cast<std::uint32_t>(columns.at(i).bytes.size())};
    payload += columns.at(i).bytes;
  }
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  header.payload_crc = crc32c(payload);
  return header_bytes_of(header) + payload;
}

ChunkFault ChunkCoder::decode(const ChunkHeader& header, std::string_view payload,
                              Columns& columns) {
  if (payload.size() < header.payload_bytes) {
    return ChunkFault::Torn;
  }
  payload = payload.substr(0, header.payload_bytes);
  if (crc32c(payload) != header.payload_crc) {
    return ChunkFault::PayloadCrc;
  }
  std::array<std::string_view, kColumns> parts;
  for (std::size_t i = 0; i < kColumns; ++i) {
    parts.at(i) = payload.substr(0, header.columns.at(i).bytes);
    payload.remove_prefix(parts.at(i).size());
  }
  const auto part = [&parts](Column column) { return parts.at(static_cast<std::size_t>(column)); };
  const auto coding = [&header](Column column) {
    return header.columns.at(static_cast<std::size_t>(column)).coding;
  };
  const auto unpack = [&](Column column, std::vector<std::uint64_t>& out) {
    return packer_.unpack(part(column), coding(column), header.samples, out);
  };
  const auto is_fault = [](std::uint64_t code) { return code < core::kFaultCount; };
  const auto is_count = [](std::uint64_t count) { return count <= UINT32_MAX; };
  if (!unpack(Column::Slots, columns.slots) ||
      !unpack(Column::DroppedTotals, columns.dropped_totals) ||
      !unpack(Column::Faults, columns.fault_codes) ||
      !std::all_of(columns.fault_codes.begin(), columns.fault_codes.end(), is_fault) ||
      !std::all_of(columns.dropped_totals.begin(), columns.dropped_totals.end(), is_count) ||
      !decode_values(packer_, header.grid, coding(Column::Values), part(Column::Values),
                     part(Column::Aside), columns.fault_codes, columns.values)) {
    return ChunkFault::Payload;
  }
  const auto too_close = [every = std::uint64_t{header.origin.every}](
                             std::uint64_t a, std::uint64_t b) { return a >= b || b - a < every; };
  if (columns.slots.front() != header.first_slot || columns.slots.back() != header.last_slot ||
      std::adjacent_find(columns.slots.begin(), columns.slots.end(), too_close) !=
          columns.slots.end()) {
    return ChunkFault::Payload;
  }
  columns.lateness_ns.clear();
  if (header.lateness_step_ns == 0) {
    return part(Column::Lateness).empty() ? ChunkFault::None : ChunkFault::Payload;
  }
  if (!unpack(Column::Lateness, columns.lateness_ns)) {
    return ChunkFault::Payload;
  }
  const std::uint64_t limit = static_cast<std::uint64_t>(core::kLatenessLimitNs);
  for (std::uint64_t& lateness : columns.lateness_ns) {
    if (lateness > limit) {
      return ChunkFault::Payload;
    }
    lateness = std::min(lateness * header.lateness_step_ns, limit);
  }
  return ChunkFault::None;
}

}  // namespace isotherm::capture
