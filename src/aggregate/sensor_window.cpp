#include "aggregate/sensor_window.hpp"

#include <algorithm>
#include <numeric>

namespace isotherm::aggregate {
ClosedWindow SensorWindow::close(std::uint32_t dropped_total, std::uint64_t next_end_slot) {
  assert(next_end_slot >= end_slot_);
  ClosedWindow closed;
  core::SlotCounts& counts = closed.counts;
  counts.scheduled = due_slots(begin_slot_, end_slot_, every_);
  counts.good = statistics_.count();
  counts.faulty = faulty();

  // Drops up to the latest sample of this window are its own for certain; of those after it, as
  // many as fit into what is left of it.
  const bool sampled = counts.good + counts.faulty > 0;
  const std::uint64_t within = sampled ? not_attributed(dropped_total_) : 0;
  attributed_ += within;
  const std::uint64_t tail = due_slots(std::max(unread_slot_, begin_slot_), end_slot_, every_);
  const std::uint64_t behind = std::min(not_attributed(dropped_total), tail);
  attributed_ += behind;
  counts.dropped = within + behind;

  const std::uint64_t accounted = counts.good + counts.faulty + counts.dropped;
  assert(accounted <= counts.scheduled);
  counts.missed = counts.scheduled - accounted;

  if (sampled) {
    closed.faults = faults_;
    closed.statistics = statistics_;
    closed.lateness = lateness_.close(counts.good + counts.faulty);
    reset();
  }
  begin_slot_ = end_slot_;
  end_slot_ = next_end_slot;
  return closed;
}

std::optional<LatestSample> SensorWindow::latest() const noexcept {
  if (unread_slot_ == 0) {
    return std::nullopt;
  }
  LatestSample sample;
  sample.slot = unread_slot_ - 1;
  if (fault_slot_end_ == unread_slot_) {
    sample.fault = last_fault_;
    return sample;
  }
  const auto summary = statistics_.summary();
  sample.value = summary ? summary->last : last_value_.value_or(0.0);
  return sample;
}

void SensorWindow::add_fault(std::uint64_t code) noexcept {
  assert(code < core::kFaultCount);
  ++faults_[static_cast<std::size_t>(code)];
  last_fault_ = static_cast<core::Fault>(code);
  fault_slot_end_ = unread_slot_;
}

std::uint64_t SensorWindow::faulty() const noexcept {
  return std::accumulate(faults_.begin(), faults_.end(), std::uint64_t{0});
}

// A count that is behind what stands in closed windows already is no error: the reader's counter,
// which closed them, may have been ahead of the sample that came next. The drops that it was ahead
// by are then found accounted for.
std::uint64_t SensorWindow::not_attributed(std::uint32_t dropped_total) const noexcept {
  const std::uint32_t grown = dropped_total - static_cast<std::uint32_t>(attributed_);
  return grown < (std::uint32_t{1} << 31U) ? grown : 0;
}

void SensorWindow::reset() noexcept {
  if (const auto summary = statistics_.summary()) {
    last_value_ = summary->last;
  }
  statistics_.reset();
  faults_ = {};
}

}  // namespace isotherm::aggregate
