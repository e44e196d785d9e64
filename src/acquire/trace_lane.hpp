// One thread's way into the trace: a fixed ring of records and the count of those it had no room
// for. The thread never waits; what does not fit is dropped and counted, so that
//
//   made = drained + dropped
//
// and, where the thread is a reader, the same for the slots that the records stand for.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/histogram.hpp"
#include "core/realtime.hpp"
#include "core/trace_record.hpp"
#include "ring/record_ring.hpp"

namespace isotherm::acquire {

class TraceLane {
 public:
  // Housekeeping. Room for `capacity` records, 1 or more.
  explicit TraceLane(std::size_t capacity) : ring_(capacity) {}

  // Real-time; the lane's own thread only.
  void record(const core::TraceRecord& record) noexcept ISOTHERM_REALTIME {
    made_.add(1);
    if (!ring_.push(record)) [[unlikely]] {
      dropped_.add(1);
      slots_dropped_.add(record.slots());
    }
  }

  // Housekeeping; one thread only. See ring::RecordRing::drain().
  template <typename Consume>
  std::size_t drain(Consume&& consume) {
    return ring_.drain(consume);
  }

  // Any thread.
  [[nodiscard]] std::uint64_t made() const noexcept { return made_.load(); }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(); }
  [[nodiscard]] std::uint64_t slots_dropped() const noexcept { return slots_dropped_.load(); }

 private:
  ring::RecordRing<core::TraceRecord> ring_;
  core::SingleWriterCounter made_;
  core::SingleWriterCounter dropped_;
  core::SingleWriterCounter slots_dropped_;
};

}  // namespace isotherm::acquire
