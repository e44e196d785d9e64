#include "app/virtual_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isotherm::app {
namespace {

using Recorded = core::RecordedSlot::Kind;

std::uint64_t limited_lateness(core::Nanoseconds lateness) {
  return static_cast<std::uint64_t>(
      std::clamp(lateness.count(), std::int64_t{0}, core::kLatenessLimitNs));
}

}  // namespace

void VirtualReader::add(std::unique_ptr<core::Sensor> sensor) {
  State state;
  state.replay = dynamic_cast<sensor::ReplaySensor*>(sensor.get());
  state.every = plan_.sensors[sensors_.size()].every;
  state.sensor = std::move(sensor);
  sensors_.push_back(std::move(state));
}

core::Nanoseconds VirtualReader::recorded() const {
  core::Nanoseconds longest{0};
  for (const State& state : sensors_) {
    if (state.replay != nullptr && !state.replay->loops()) {
      // To behind the slot of its last reading.
      const std::uint64_t last = (state.replay->slots() - 1) * state.every;
      longest = std::max(longest, plan_.reader.period * static_cast<std::int64_t>(last + 1));
    }
  }
  return longest;
}

void VirtualReader::begin(core::MonotonicTime origin, std::uint64_t slot_limit) {
  origin_ = origin;
  slot_limit_ = slot_limit;
  clock_ = VirtualClock({origin, {}, false});
}

void VirtualReader::run_until(core::MonotonicTime time) {
  // Of the room that there is now nobody else takes any.
  std::size_t room = kRingCapacity - ring_.reader().available();
  while (slot_ < slot_limit_ && room >= sensors_.size() && time_of(slot_) < time) {
    run_slot();
    room -= sensors_.size();
  }
}

void VirtualReader::run_slot() {
  const core::MonotonicTime slot_time = time_of(slot_);
  clock_.sleep_until(slot_time);
  bool due = false;
  bool any_read = false;
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    if (sensors_[i].next_due == slot_) {
      due = true;
      any_read = read(i, slot_time) || any_read;
    }
  }
  // Where all that was due is missing in the recordings, the reader was not there.
  (any_read || !due ? counters_.slots : counters_.missed_slots).add(1);
  ++slot_;
  const core::Nanoseconds elapsed = clock_.now() - origin_;
  const core::Nanoseconds period = plan_.reader.period;
  if (elapsed > period * static_cast<std::int64_t>(slot_)) {
    count_missed(std::min(
        slot_limit_,
        static_cast<std::uint64_t>((elapsed.count() + period.count() - 1) / period.count())));
  }
  counters_.next_slot.store(slot_, std::memory_order_release);
}

// False where the recording says that the slot was missed.
bool VirtualReader::read(std::size_t index, core::MonotonicTime slot_time) {
  State& state = sensors_[index];
  core::SensorCounters& counters = counters_.sensors[index];
  const core::SlotInfo slot{.ordinal = state.ordinal++, .since_origin = slot_time - origin_};
  state.next_due += state.every;
  counters.scheduled.add(1);
  core::Nanoseconds lateness = clock_.now() - slot_time;
  if (state.replay != nullptr) {
    const core::RecordedSlot recorded = state.replay->recorded(slot.ordinal);
    if (recorded.kind == Recorded::Missed) {
      counters.missed.add(1);
      return false;
    }
    if (recorded.kind == Recorded::Dropped) {
      ++state.dropped_total;
      counters.dropped.add(1);
      return true;
    }
    lateness = recorded.lateness.value_or(lateness);
  }
  const core::MonotonicTime start = clock_.now();
  const core::Reading reading = state.sensor->read(slot);
  core::Sample sample{};
  sample.slot = slot_ & (core::kSlotLimit - 1);
  sample.sensor = static_cast<std::uint16_t>(index);
  sample.lateness_ns = limited_lateness(lateness) & (core::kSlotLimit - 1);
  sample.fault_code = static_cast<std::uint16_t>(reading.fault);
  sample.value = reading.value;
  sample.duration_ns = static_cast<std::uint32_t>(std::min<std::int64_t>(
      (clock_.now() - start).count(), std::numeric_limits<std::uint32_t>::max()));
  sample.dropped_total = state.dropped_total;
  counters_.lateness.record(lateness);
  push(index, sample);
  return true;
}

// There is room: run_until() has seen to it.
void VirtualReader::push(std::size_t index, core::Sample sample) {
  core::SensorCounters& counters = counters_.sensors[index];
  if (!ring_.writer().push(sample)) {
    ++sensors_[index].dropped_total;
    counters.dropped.add(1);
  } else if (sample.good()) {
    counters.good.add(1);
  } else {
    counters.faulty.add(1);
    counters.faults.at(sample.fault_code).add(1);
  }
}

// All slots before `end` have passed.
void VirtualReader::count_missed(std::uint64_t end) {
  counters_.missed_slots.add(end - slot_);
  slot_ = end;
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    State& state = sensors_[i];
    if (state.next_due < end) {
      const std::uint64_t missed = (end - 1 - state.next_due) / state.every + 1;
      counters_.sensors[i].scheduled.add(missed);
      counters_.sensors[i].missed.add(missed);
      state.next_due += missed * state.every;
      state.ordinal += missed;
    }
  }
}

}  // namespace isotherm::app
