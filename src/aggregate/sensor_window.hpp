// One sensor's window while it is open: takes samples, and when it closes, says what became of each
// scheduled slot. Windows of a sensor follow one another without a gap; the object goes from one to
// the next.
//
// How the slots without a sample are told apart. What is scheduled follows from slot numbers alone,
// good and faulty samples are counted; of the rest, as many were dropped as the sensor's count of
// drops has grown, and the others were missed. The count comes from the samples themselves
// (core::Sample::dropped_total), or, if none has followed yet, from the reader's published counter.
// Where a gap reaches across the end of a window, the earlier window takes as many of its drops as
// it has slots of the gap. So a gap that was all drops or all misses is exact in every window; in
// one that was both, drops may stand in an earlier window than they happened in, but never later.
// For that reason no drop is ever left over, and the totals of the run are exact: once the reader's
// final count is known, the drops not yet accounted for fit into the gap that is still open.
//
// Housekeeping; one thread.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>

#include "aggregate/lateness_window.hpp"
#include "aggregate/running_statistics.hpp"
#include "aggregate/slot_grid.hpp"
#include "core/fault.hpp"
#include "core/reader_counters.hpp"
#include "core/row.hpp"
#include "core/sample.hpp"

namespace isotherm::aggregate {

// What a window of one sensor has become; with its times and names, a core::Row.
struct ClosedWindow {
  core::SlotCounts counts;
  core::FaultCounts faults{};
  RunningStatistics statistics;  // of the good samples
  std::optional<core::WindowLateness> lateness;
};

// The sample that was read last.
struct LatestSample {
  std::uint64_t slot = 0;
  double value = 0.0;  // 0 where there is a fault
  core::Fault fault = core::Fault::None;
};

class alignas(core::kCacheLine) SensorWindow {
 public:
  // Opens the first window, the slots [0, end_slot). `every` is the sensor's divisor.
  SensorWindow(std::uint32_t every, std::uint64_t end_slot) : end_slot_(end_slot), every_(every) {}

  // First slot of the window, and the first behind it.
  [[nodiscard]] std::uint64_t begin_slot() const noexcept { return begin_slot_; }
  [[nodiscard]] std::uint64_t end_slot() const noexcept { return end_slot_; }
  // The slot behind the latest sample; 0 before the first one.
  [[nodiscard]] std::uint64_t unread_slot() const noexcept { return unread_slot_; }

  // Moves the end of the open window; not to before a sample that it has taken.
  void move_end(std::uint64_t end_slot) noexcept {
    assert(end_slot >= begin_slot_ && end_slot >= unread_slot_);
    end_slot_ = end_slot;
  }

  // Takes the next sample of the sensor, whose slot is below end_slot().
  void add(const core::Sample& sample) noexcept {
    assert(sample.slot >= unread_slot_ && sample.slot < end_slot_);
    unread_slot_ = sample.slot + 1U;
    dropped_total_ = sample.dropped_total;
    lateness_.record(sample.lateness_ns);
    if (sample.good()) [[likely]] {
      statistics_.add(sample.value);
    } else {
      add_fault(sample.fault_code);
    }
  }

  // Closes the window and opens the next one, the slots [end_slot(), next_end_slot).
  // `dropped_total` is the sensor's count of drops, modulo 2^32, at a moment after all drops of
  // this window: from its first later sample, or from the reader's counter. Between two calls it
  // grows by less than 2^31 (29 hours of a full ring at 20 kHz).
  [[nodiscard]] ClosedWindow close(std::uint32_t dropped_total, std::uint64_t next_end_slot);

  // Nothing before the first sample.
  [[nodiscard]] std::optional<LatestSample> latest() const noexcept;

 private:
  void add_fault(std::uint64_t code) noexcept;
  [[nodiscard]] std::uint64_t faulty() const noexcept;
  [[nodiscard]] std::uint64_t not_attributed(std::uint32_t dropped_total) const noexcept;
  void reset() noexcept;

  // What each sample touches comes first; the statistics begin a cache line, so that no pair of
  // their numbers, which the compiler stores together, straddles two.
  RunningStatistics statistics_;
  std::uint64_t end_slot_;
  std::uint64_t unread_slot_ = 0;    // no sample of it or a later slot has been taken
  std::uint32_t dropped_total_ = 0;  // as told by the latest sample
  std::uint32_t every_;
  LatenessWindow lateness_;

  std::uint64_t begin_slot_ = 0;
  std::uint64_t attributed_ = 0;  // drops of the run that stand in closed windows
  core::FaultCounts faults_{};
  // For latest(): the value is in statistics_ or, where its window is closed, here.
  std::optional<double> last_value_;
  std::uint64_t fault_slot_end_ = 0;  // the slot of the latest faulty sample, plus 1
  core::Fault last_fault_ = core::Fault::None;
};

}  // namespace isotherm::aggregate
