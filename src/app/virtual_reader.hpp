// A reader without a thread, for a station on a virtual clock: it runs its slots one after the
// other when it is told to, and counts them as acquire::Reader does.
//
//   simulated sensors   are read on time; one that stalls makes its reader late, and the slots that
//                       pass meanwhile are missed
//   recorded sensors    give the recording's samples with their lateness; a slot of which it has
//                       none is missed or dropped again, as it was
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/virtual_clock.hpp"
#include "core/reader_counters.hpp"
#include "core/sensor.hpp"
#include "ring/sample_ring.hpp"
#include "sensor/replay.hpp"
#include "settings/configuration.hpp"

namespace isotherm::app {

class VirtualReader {
 public:
  static constexpr std::size_t kRingCapacity = std::size_t{1} << 16U;

  // Of the plan it uses the period and each sensor's `every`.
  explicit VirtualReader(const settings::ReaderPlan& plan) : plan_(plan) {}

  // The clock that its sensors are made with: each reader has its own, as if it had a core.
  [[nodiscard]] const core::Clock& own_clock() const noexcept { return clock_; }
  // All of them, in the plan's order, before begin().
  void add(std::unique_ptr<core::Sensor> sensor);
  // How long its recordings are, from slot 0; 0 if it has none. A looping one never ends and counts
  // as none.
  [[nodiscard]] core::Nanoseconds recorded() const;

  // Slots 0 to `slot_limit` - 1 are at `origin` and on.
  void begin(core::MonotonicTime origin, std::uint64_t slot_limit);
  // Runs the slots before `time`, as long as the ring has room.
  void run_until(core::MonotonicTime time);
  void finish() { counters_.finished.store(true); }

  [[nodiscard]] bool ended() const noexcept { return slot_ >= slot_limit_; }
  [[nodiscard]] const settings::ReaderPlan& plan() const noexcept { return plan_; }
  [[nodiscard]] const core::ReaderCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] ring::SampleReader& ring() noexcept { return ring_.reader(); }

 private:
  struct State {
    std::unique_ptr<core::Sensor> sensor;
    sensor::ReplaySensor* replay = nullptr;  // the same, where it is one
    std::uint32_t every = 1;
    std::uint64_t next_due = 0;
    std::uint64_t ordinal = 0;
    std::uint32_t dropped_total = 0;
  };

  [[nodiscard]] core::MonotonicTime time_of(std::uint64_t slot) const noexcept {
    return origin_ + plan_.reader.period * static_cast<std::int64_t>(slot);
  }
  void run_slot();
  [[nodiscard]] bool read(std::size_t index, core::MonotonicTime slot_time);
  void push(std::size_t index, core::Sample sample);
  void count_missed(std::uint64_t end);

  const settings::ReaderPlan& plan_;
  VirtualClock clock_;
  ring::SampleRing ring_{kRingCapacity};
  core::ReaderCounters counters_{plan_.sensors.size()};
  std::vector<State> sensors_;
  core::MonotonicTime origin_;
  std::uint64_t slot_ = 0;
  std::uint64_t slot_limit_ = 0;
};

}  // namespace isotherm::app
