#include "acquire/reader.hpp"

#include <algorithm>
#include <limits>

#include "core/realtime_section.hpp"
#include "core/spin_pause.hpp"

namespace isotherm::acquire {
namespace {

std::uint64_t clamped_lateness(core::Nanoseconds lateness) noexcept {
  return static_cast<std::uint64_t>(
      std::clamp(lateness.count(), std::int64_t{0}, core::kLatenessLimitNs));
}

std::uint32_t clamped_duration(core::Nanoseconds duration) noexcept {
  constexpr std::int64_t kLimit = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp(duration.count(), std::int64_t{0}, kLimit));
}

}  // namespace

Reader::Reader(const ReaderSettings& settings, const std::vector<ReaderSensor>& sensors,
               ring::SampleWriter& writer, const core::Clock& clock, core::ReaderCounters& counters,
               WorstSlots* worst_slots)
    : period_(settings.period),
      spin_(settings.spin),
      wake_up_lead_(std::min(kWakeUpLeadMax, (settings.period - settings.spin) / 2)),
      overrun_(settings.overrun),
      writer_(&writer),
      clock_(&clock),
      counters_(&counters),
      worst_slots_(worst_slots) {
  sensors_.reserve(sensors.size());
  for (const ReaderSensor& sensor : sensors) {
    sensors_.push_back({.sensor = sensor.sensor, .every = sensor.every});
  }
}

void Reader::run(core::MonotonicTime origin, std::uint64_t slot_limit) noexcept {
  const core::RealtimeSection sampling(core::RealtimePhase::Sampling);
  origin_ = origin;
  std::uint64_t slot = 0;
  while (slot < slot_limit && wait_for(time_of(slot))) {
    const core::MonotonicTime now = read_due_sensors(slot, time_of(slot));
    const std::uint64_t next = std::min(slot_after(slot, now), slot_limit);
    count_missed(slot + 1, next);
    const bool missed_one = next > slot + 1;
    if (worst_slots_ != nullptr) {
      record_.missed = next - (slot + 1);
      worst_slots_->offer(record_);
    }
    slot = next;
    counters_->next_slot.store(slot, std::memory_order_release);
    if (missed_one && overrun_ == OverrunPolicy::Stop) {
      counters_->stopped_by_overrun.store(true, std::memory_order_relaxed);
      break;
    }
  }
  counters_->finished.store(true, std::memory_order_release);
}

core::MonotonicTime Reader::time_of(std::uint64_t slot) const noexcept {
  return origin_ + period_ * static_cast<std::int64_t>(slot);
}

bool Reader::stop_requested() const noexcept { return stop_.load(std::memory_order_relaxed); }

bool Reader::wait_for(core::MonotonicTime slot_time) noexcept {
  return spin_ > core::Nanoseconds{0} ? spin_to(slot_time) : sleep_to(slot_time);
}

bool Reader::sleep_to(core::MonotonicTime time) noexcept {
  const core::RealtimeSection waiting(core::RealtimePhase::Waiting);
  // An interrupted sleep goes on, unless it was interrupted to make the reader stop.
  while (!stop_requested() && !clock_->sleep_until(time)) {
  }
  return !stop_requested();
}

// The spin tail: the settings see to it that it is shorter than the period.
bool Reader::spin_to(core::MonotonicTime slot_time) noexcept {
  const core::MonotonicTime alarm = slot_time - spin_ - wake_up_lead_.length();
  const bool in_time = clock_->now() < alarm;
  if (!sleep_to(alarm)) {
    return false;
  }
  core::MonotonicTime now = clock_->now();
  if (in_time) {
    wake_up_lead_.learn(now - alarm);
  }
  while (now < slot_time && !stop_requested()) {
    core::spin_pause();
    now = clock_->now();
  }
  return !stop_requested();
}

// Returns the time at which the last read ended.
core::MonotonicTime Reader::read_due_sensors(std::uint64_t slot,
                                             core::MonotonicTime slot_time) noexcept {
  const core::MonotonicTime slot_start = clock_->now();
  core::MonotonicTime start = slot_start;
  record_.costliest = core::Nanoseconds{0};
  record_.sensor = 0;
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    SensorState& state = sensors_[i];
    if (state.next_due != slot) {
      continue;
    }
    const core::Reading reading =
        state.sensor->read({.ordinal = state.ordinal, .since_origin = slot_time - origin_});
    const core::MonotonicTime end = clock_->now();
    if (end - start > record_.costliest) {
      record_.costliest = end - start;
      record_.sensor = static_cast<std::uint32_t>(i);
    }

    core::Sample sample{};
    sample.slot = slot & (core::kSlotLimit - 1);
    sample.sensor = static_cast<std::uint16_t>(i);
    sample.lateness_ns = clamped_lateness(start - slot_time) & (core::kSlotLimit - 1);
    sample.fault_code = static_cast<std::uint16_t>(reading.fault);
    sample.value = reading.value;
    sample.duration_ns = clamped_duration(end - start);
    push(i, sample);
    if (trace_ != nullptr) [[unlikely]] {
      trace_->read(slot, i, start, end, reading.fault);
    }

    state.next_due += state.every;
    ++state.ordinal;
    // The next sensor's read starts here: one reading of the clock serves both.
    start = end;
  }
  counters_->slots.add(1);
  counters_->lateness.record(slot_start - slot_time);
  counters_->busy.record(start - slot_start);
  if (trace_ != nullptr) [[unlikely]] {
    trace_->slot(slot, slot_time, slot_start, start);
  }
  record_.slot = slot;
  record_.lateness = slot_start - slot_time;
  record_.busy = start - slot_start;
  return start;
}

void Reader::push(std::size_t index, core::Sample sample) noexcept {
  SensorState& state = sensors_[index];
  core::SensorCounters& counters = counters_->sensors[index];
  sample.dropped_total = state.dropped_total;
  counters.scheduled.add(1);
  if (!writer_->push(sample)) {
    ++state.dropped_total;
    counters.dropped.add(1);
    return;
  }
  if (sample.good()) {
    counters.good.add(1);
  } else {
    counters.faulty.add(1);
    counters.faults[sample.fault_code].add(1);
  }
}

std::uint64_t Reader::slot_after(std::uint64_t slot, core::MonotonicTime now) const noexcept {
  const core::Nanoseconds elapsed = now - origin_;
  if (elapsed <= period_ * static_cast<std::int64_t>(slot + 1)) {
    return slot + 1;
  }
  // The first slot that is not in the past: whole slots are left out, the grid stays.
  return static_cast<std::uint64_t>((elapsed.count() + period_.count() - 1) / period_.count());
}

void Reader::count_missed(std::uint64_t first, std::uint64_t end) noexcept {
  if (first >= end) {
    return;
  }
  counters_->missed_slots.add(end - first);
  if (trace_ != nullptr) {
    trace_->missed(first, end - first, time_of(first), time_of(end));
  }
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    SensorState& state = sensors_[i];
    if (state.next_due >= end) {
      continue;
    }
    const std::uint64_t missed = (end - 1 - state.next_due) / state.every + 1;
    counters_->sensors[i].scheduled.add(missed);
    counters_->sensors[i].missed.add(missed);
    state.next_due += missed * state.every;
    state.ordinal += missed;
  }
}

}  // namespace isotherm::acquire
