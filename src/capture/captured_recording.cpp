#include "capture/captured_recording.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::capture {
namespace {

using Kind = core::RecordedSlot::Kind;

// Beside the codes of core::Fault.
constexpr std::uint8_t kMissedCode = 0xFE;
constexpr std::uint8_t kDroppedCode = 0xFF;
static_assert(core::kFaultCount < kMissedCode);

core::RecordedSlot without_sample(Kind kind) { return {.kind = kind, .reading = {}}; }

}  // namespace

StreamedRecording::StreamedRecording(CaptureReader& reader, CapturedSensor sensor,
                                     std::uint64_t base)
    : reader_(reader), sensor_(std::move(sensor)), base_(base) {
  rewind();
}

void StreamedRecording::rewind() noexcept {
  chunk_ = 0;
  row_ = 0;
  columns_ = {};
  ended_ = false;
  next_ordinal_ = 0;
  gap_from_ = 0;
  gap_dropped_ = 0;
  dropped_total_ = 0;
  // What was dropped before the first sample that is kept is in the gap only if that one is whole.
  if (next_sample() && base_ > 0) {
    gap_dropped_ = 0;
  }
}

// The next one that is not damaged.
bool StreamedRecording::next_chunk() noexcept {
  while (chunk_ < sensor_.chunks.size()) {
    const std::size_t place = sensor_.chunks[chunk_++];
    if (reader_.read(place, columns_) == ChunkFault::None) {
      lateness_step_ = reader_.index().chunks[place].header.lateness_step_ns;
      row_ = 0;
      return true;
    }
  }
  return false;
}

bool StreamedRecording::next_sample() noexcept {
  if (row_ >= columns_.size() && !next_chunk()) {
    ended_ = true;
    return false;
  }
  next_ordinal_ = ordinal_of(columns_.slots[row_]);
  const auto total = static_cast<std::uint32_t>(columns_.dropped_totals[row_]);
  const std::uint64_t grown = total - dropped_total_;
  gap_dropped_ = std::min(grown, next_ordinal_ - std::min(gap_from_, next_ordinal_));
  dropped_total_ = total;
  return true;
}

core::RecordedSlot StreamedRecording::sample() const {
  core::RecordedSlot slot;
  slot.kind = Kind::Read;
  const std::uint64_t fault = columns_.fault_codes[row_];
  slot.reading = {columns_.values[row_], static_cast<core::Fault>(fault)};
  if (lateness_step_ != 0) {
    slot.lateness = core::Nanoseconds{static_cast<std::int64_t>(columns_.lateness_ns[row_])};
  }
  return slot;
}

core::RecordedSlot StreamedRecording::at(std::uint64_t ordinal) noexcept {
  if (ordinal < gap_from_) {
    rewind();
  }
  while (!ended_ && next_ordinal_ < ordinal) {
    gap_from_ = next_ordinal_ + 1;
    ++row_;
    next_sample();
  }
  if (ended_) {
    // Damaged chunks at the end still have their slots.
    return without_sample(ordinal < slots() ? Kind::Missed : Kind::End);
  }
  if (ordinal == next_ordinal_) {
    return sample();
  }
  return without_sample(ordinal - gap_from_ < gap_dropped_ ? Kind::Dropped : Kind::Missed);
}

LoadedRecording::LoadedRecording(core::Recording& recording) {
  values_.reserve(static_cast<std::size_t>(recording.slots()));
  codes_.reserve(static_cast<std::size_t>(recording.slots()));
  for (std::uint64_t ordinal = 0; ordinal < recording.slots(); ++ordinal) {
    const core::RecordedSlot slot = recording.at(ordinal);
    values_.push_back(slot.reading.value);
    codes_.push_back(slot.kind == Kind::Read
                         ? static_cast<std::uint8_t>(core::index_of(slot.reading.fault))
                     : slot.kind == Kind::Dropped ? kDroppedCode
                                                  : kMissedCode);
  }
}

core::RecordedSlot LoadedRecording::at(std::uint64_t ordinal) noexcept {
  if (ordinal >= values_.size()) {
    return without_sample(Kind::End);
  }
  const auto place = static_cast<std::size_t>(ordinal);
  const std::uint8_t code = codes_[place];
  if (code == kMissedCode || code == kDroppedCode) {
    return without_sample(code == kMissedCode ? Kind::Missed : Kind::Dropped);
  }
  return {.kind = Kind::Read, .reading = {values_[place], static_cast<core::Fault>(code)}};
}

}  // namespace isotherm::capture
