// The evidence of a reader: which slots of each minute were its worst. The reader offers every slot
// (two comparisons with what it knows anyway); one that is worse than the least of the N worst so
// far goes into a ring as it happens, so that housekeeping can look at the machine soon after.
//
// Bad is how long after its time a slot's last read was done: lateness plus busy time. A slot that
// began late and one whose sensor kept the reader count alike, because both make late samples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "acquire/reader_settings.hpp"
#include "core/histogram.hpp"
#include "core/realtime.hpp"
#include "core/time.hpp"
#include "ring/record_ring.hpp"

namespace isotherm::acquire {

inline constexpr core::Nanoseconds kStretch = std::chrono::minutes{1};

// One slot as its reader saw it.
struct SlotRecord {
  std::uint64_t slot = 0;
  core::Nanoseconds lateness{0};   // its first read's start minus its time
  core::Nanoseconds busy{0};       // from its first read's start to its last one's end
  core::Nanoseconds costliest{0};  // its longest read
  std::uint64_t missed = 0;        // the slots that passed before the next one was read
  std::uint32_t sensor = 0;        // whose read was the longest

  [[nodiscard]] core::Nanoseconds done() const noexcept ISOTHERM_REALTIME {
    return lateness + busy;
  }
};

class WorstSlots {
 public:
  // Room for the records of one look of housekeeping at the next. A minute begins with the first
  // `keep` slots and, if its slots come in no particular order, goes on with keep * ln(n / keep) of
  // n: the most, 64 kept, are some 95 in the first 100 ms at 1 kHz and 240 at 10 kHz.
  static constexpr std::size_t kRingRecords = 256;
  static_assert(kRingRecords >= std::size_t{4} * kWorstSlotsMax);

  // Keeps the `keep` worst slots (at most kWorstSlotsMax; 0 switches it off) of each kStretch of a
  // reader with this period.
  WorstSlots(std::uint32_t keep, core::Nanoseconds period) noexcept;

  // Real-time; the reader's thread only. Slots in ascending order.
  void offer(const SlotRecord& record) noexcept ISOTHERM_REALTIME {
    if (record.slot >= stretch_end_) {
      begin_stretch(record.slot);
    }
    if (record.done().count() > least_) {
      keep(record);
    }
  }

  // Housekeeping; one thread only. Calls `consume(const SlotRecord&)` for each slot that was among
  // the worst of its stretch when it was read. Later ones may have been worse.
  template <typename Consume>
  std::size_t drain(Consume&& consume) {
    return ring_.drain(consume);
  }
  // Housekeeping. Slots that would have been handed over, but the ring was full.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(); }

  [[nodiscard]] std::uint32_t kept() const noexcept { return keep_; }
  // Any thread. The minute that a slot belongs to, counted from the start.
  [[nodiscard]] std::uint64_t stretch_of(std::uint64_t slot) const noexcept {
    return slot / slots_per_stretch_;
  }

 private:
  static constexpr std::int64_t kAnything = std::numeric_limits<std::int64_t>::min();

  void begin_stretch(std::uint64_t slot) noexcept ISOTHERM_REALTIME;
  void keep(const SlotRecord& record) noexcept ISOTHERM_REALTIME;

  std::uint32_t keep_;
  std::uint64_t slots_per_stretch_;
  std::uint64_t stretch_end_ = 0;   // the first slot beyond the stretch
  std::int64_t least_ = kAnything;  // what a slot has to exceed to be one of the worst, ns
  std::size_t least_index_ = 0;     // its place
  std::array<std::int64_t, kWorstSlotsMax> done_{};  // of the worst of this stretch, ns
  core::SingleWriterCounter lost_;
  ring::RecordRing<SlotRecord, kRingRecords> ring_;
};

}  // namespace isotherm::acquire
