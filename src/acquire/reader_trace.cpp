#include "acquire/reader_trace.hpp"

#include <algorithm>

namespace isotherm::acquire {
namespace {

core::TraceRecord spanning(core::TraceKind kind, std::uint64_t slot, core::MonotonicTime start,
                           core::MonotonicTime end) noexcept {
  core::TraceRecord record{};
  record.start_ns = start.time_since_epoch().count();
  record.duration_ns = (end - start).count();
  record.slot = slot & core::kTraceCountLimit;
  record.kind_code = static_cast<std::uint8_t>(kind);
  return record;
}

}  // namespace

std::size_t trace_capacity(core::Nanoseconds period, std::size_t sensors) noexcept {
  const auto slots = static_cast<std::uint64_t>(kTraceHold / period) + 1;
  // A slot, its reads, and the stretch that may have been missed behind it.
  const std::uint64_t records = slots * (std::uint64_t{sensors} + 2);
  return static_cast<std::size_t>(std::clamp(records, kTraceCapacityMin, kTraceCapacityMax));
}

void ReaderTrace::read(std::uint64_t slot, std::size_t sensor, core::MonotonicTime start,
                       core::MonotonicTime end, core::Fault fault) noexcept {
  core::TraceRecord record = spanning(core::TraceKind::Read, slot, start, end);
  record.sensor = sensor & 0xFFFFU;
  record.fault_code = static_cast<std::uint8_t>(fault);
  lane_->record(record);
}

void ReaderTrace::slot(std::uint64_t slot, core::MonotonicTime scheduled, core::MonotonicTime start,
                       core::MonotonicTime end) noexcept {
  core::TraceRecord record = spanning(core::TraceKind::Slot, slot, start, end);
  const auto late = static_cast<std::uint64_t>(
      std::max((start - scheduled).count(), core::Nanoseconds::zero().count()));
  record.count = std::min(late, core::kTraceCountLimit) & core::kTraceCountLimit;
  lane_->record(record);
}

void ReaderTrace::missed(std::uint64_t first, std::uint64_t count, core::MonotonicTime begin,
                         core::MonotonicTime end) noexcept {
  core::TraceRecord record = spanning(core::TraceKind::Missed, first, begin, end);
  record.count = std::min(count, core::kTraceCountLimit) & core::kTraceCountLimit;
  lane_->record(record);
}

}  // namespace isotherm::acquire
