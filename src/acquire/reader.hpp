// The reader: the loop that everything else exists for. One real-time thread runs it; it sleeps to
// its slots on an absolute grid, reads the sensors that are due, and pushes one sample each.
//
//   slot n is at origin + n * period, for ever: the grid does not drift and is never re-phased
//   a slot that passed while the reader was busy or asleep is missed: it is counted and left out,
//   never made up for by reading twice in a row
//   a failed read is a sample too: a fault is data
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "acquire/reader_settings.hpp"
#include "acquire/reader_trace.hpp"
#include "acquire/wake_up_lead.hpp"
#include "acquire/worst_slots.hpp"
#include "core/clock.hpp"
#include "core/reader_counters.hpp"
#include "core/realtime.hpp"
#include "core/sensor.hpp"
#include "ring/sample_ring.hpp"

namespace isotherm::acquire {

// One sensor of a reader. The sensor must outlive the reader.
struct ReaderSensor {
  core::Sensor* sensor = nullptr;
  std::uint32_t every = 1;  // read at each `every`th slot, beginning with slot 0
};

class Reader {
 public:
  // Housekeeping. `counters` has one entry a sensor; all references must outlive the reader. Of the
  // settings it uses period, spin and overrun. `worst_slots` is offered each slot, if it is given.
  Reader(const ReaderSettings& settings, const std::vector<ReaderSensor>& sensors,
         ring::SampleWriter& writer, const core::Clock& clock, core::ReaderCounters& counters,
         WorstSlots* worst_slots = nullptr);

  // Housekeeping, before run(). Every slot, read and missed stretch is recorded there as well,
  // until the reader ends; `trace` outlives it.
  void trace_to(ReaderTrace& trace) noexcept { trace_ = &trace; }

  // On the reader's own thread, once. Runs slots 0 to slot_limit - 1 from `origin` on; returns
  // after the last one, after a stop request, or at the first missed slot where overrun is Stop.
  void run(core::MonotonicTime origin, std::uint64_t slot_limit = core::kSlotLimit) noexcept;

  // Any thread. The reader finishes the slot it is in and returns; a sleeping one has to be
  // interrupted as well (see Clock::sleep_until).
  void request_stop() noexcept { stop_.store(true, std::memory_order_relaxed); }

 private:
  struct SensorState {
    core::Sensor* sensor = nullptr;
    std::uint32_t every = 1;
    std::uint32_t dropped_total = 0;
    std::uint64_t next_due = 0;  // slot of its next scheduled reading
    std::uint64_t ordinal = 0;   // how many of its readings were scheduled before that
  };

  [[nodiscard]] core::MonotonicTime time_of(std::uint64_t slot) const noexcept ISOTHERM_REALTIME;
  [[nodiscard]] bool stop_requested() const noexcept ISOTHERM_REALTIME;
  // These three return false where the reader has been asked to stop.
  bool wait_for(core::MonotonicTime slot_time) noexcept;
  bool sleep_to(core::MonotonicTime time) noexcept;
  bool spin_to(core::MonotonicTime slot_time) noexcept;
  core::MonotonicTime read_due_sensors(std::uint64_t slot, core::MonotonicTime slot_time) noexcept;
  void push(std::size_t index, core::Sample sample) noexcept ISOTHERM_REALTIME;
  [[nodiscard]] std::uint64_t slot_after(std::uint64_t slot,
                                         core::MonotonicTime now) const noexcept ISOTHERM_REALTIME;
  void count_missed(std::uint64_t first, std::uint64_t end) noexcept ISOTHERM_REALTIME;

  core::Nanoseconds period_;
  core::Nanoseconds spin_;
  WakeUpLead wake_up_lead_;
  OverrunPolicy overrun_;
  std::vector<SensorState> sensors_;
  ring::SampleWriter* writer_;
  const core::Clock* clock_;
  core::ReaderCounters* counters_;
  ReaderTrace* trace_ = nullptr;  // null: not traced
  WorstSlots* worst_slots_;
  SlotRecord record_;  // of the slot that is being read
  core::MonotonicTime origin_;
  std::atomic<bool> stop_{false};
};

}  // namespace isotherm::acquire
