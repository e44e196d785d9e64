// A reader without a thread, for tests of the aggregator: a test lets it run slot by slot, it
// pushes into a real ring and publishes real counters, and it remembers what became of each slot,
// so that the rows can be held against it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "aggregate/reader_feed.hpp"
#include "core/reader_counters.hpp"
#include "core/sample.hpp"
#include "ring/sample_ring.hpp"

namespace isotherm::test {

// What a slot is meant to become. It is dropped, besides, if the ring is full.
struct SlotPlan {
  bool missed = false;
  core::Fault fault = core::Fault::None;
  double value = 0.0;
  core::Nanoseconds lateness{0};
};

enum class Fate : std::uint8_t { Good, Faulty, Missed, Dropped };

// What became of a slot at which a sensor was due.
struct SlotRecord {
  std::uint64_t slot = 0;
  Fate fate = Fate::Good;
  SlotPlan plan;
};

class SimulatedReader {
 public:
  // Sensors are named prefix + "0", prefix + "1" ..., with these divisors.
  SimulatedReader(const std::string& prefix, core::Nanoseconds period,
                  const std::vector<std::uint32_t>& every, std::size_t ring_capacity)
      : counters(every.size()),
        records(every.size()),
        period_(period),
        ring_(ring_capacity),
        dropped_(every.size(), 0) {
    for (const std::uint32_t divisor : every) {
      sensors_.push_back({prefix + std::to_string(sensors_.size()), "degC", divisor});
    }
  }

  [[nodiscard]] aggregate::ReaderFeed feed() {
    return {&ring_.reader(), &counters, period_, sensors_};
  }

  [[nodiscard]] core::MonotonicTime time_of(core::MonotonicTime origin, std::uint64_t slot) const {
    return origin + period_ * static_cast<std::int64_t>(slot);
  }
  [[nodiscard]] std::uint64_t next_slot() const { return slot_; }
  [[nodiscard]] core::Nanoseconds period() const { return period_; }
  [[nodiscard]] const std::vector<aggregate::SensorFeed>& sensors() const { return sensors_; }

  void run_slot() {
    run_sensors(sensors_.size());
    ++slot_;
    counters.next_slot.store(slot_, std::memory_order_release);
  }

  // Reads the first `count` sensors of the next slot and does not come to its end.
  void run_sensors(std::size_t count) {
    for (std::size_t sensor = 0; sensor < count; ++sensor) {
      if (slot_ % sensors_[sensor].every == 0) {
        run_sensor(sensor);
      }
    }
  }

  void set_finished() { counters.finished.store(true, std::memory_order_release); }

  // By slot and sensor; without it each slot is good and its value is its number.
  std::function<SlotPlan(std::uint64_t slot, std::size_t sensor)> plan;
  core::ReaderCounters counters;
  std::vector<std::vector<SlotRecord>> records;  // by sensor, of each due slot in order
  bool paused = false;                           // stuck in the read of next_slot()

 private:
  void run_sensor(std::size_t sensor) {
    SlotPlan slot_plan;
    slot_plan.value = static_cast<double>(slot_);
    if (plan) {
      slot_plan = plan(slot_, sensor);
    }
    const Fate fate = slot_plan.missed ? Fate::Missed : push(sensor, slot_plan);
    count(counters.sensors[sensor], fate, slot_plan.fault);
    records[sensor].push_back({slot_, fate, slot_plan});
  }

  [[nodiscard]] Fate push(std::size_t sensor, const SlotPlan& slot_plan) {
    constexpr std::uint64_t kMask = core::kSlotLimit - 1;
    core::Sample sample{};
    sample.slot = slot_ & kMask;
    sample.sensor = static_cast<std::uint16_t>(sensor);
    sample.lateness_ns = static_cast<std::uint64_t>(slot_plan.lateness.count()) & kMask;
    sample.fault_code = static_cast<std::uint16_t>(slot_plan.fault);
    sample.value = slot_plan.fault == core::Fault::None ? slot_plan.value : 0.0;
    sample.dropped_total = dropped_[sensor];
    if (!ring_.writer().push(sample)) {
      ++dropped_[sensor];
      return Fate::Dropped;
    }
    return slot_plan.fault == core::Fault::None ? Fate::Good : Fate::Faulty;
  }

  static void count(core::SensorCounters& counters, Fate fate, core::Fault fault) {
    counters.scheduled.add(1);
    counters.good.add(fate == Fate::Good ? 1 : 0);
    counters.faulty.add(fate == Fate::Faulty ? 1 : 0);
    counters.missed.add(fate == Fate::Missed ? 1 : 0);
    counters.dropped.add(fate == Fate::Dropped ? 1 : 0);
    if (fate == Fate::Faulty) {
      counters.faults.at(core::index_of(fault)).add(1);
    }
  }

  core::Nanoseconds period_;
  std::vector<aggregate::SensorFeed> sensors_;
  ring::SampleRing ring_;
  std::vector<std::uint32_t> dropped_;
  std::uint64_t slot_ = 0;
};

}  // namespace isotherm::test
