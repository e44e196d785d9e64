// What a thread tells the trace (`isotherm run --trace`): one thing that it did, from when to when.
// Plain, so that a reader can leave it in a ring; housekeeping makes text of it later. 32 bytes, so
// two share a cache line.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/fault.hpp"
#include "core/sample.hpp"
#include "core/time.hpp"

namespace isotherm::core {

enum class TraceKind : std::uint8_t {
  // Of a reader. The reads of a slot are recorded before the slot itself, whose end is later.
  Slot,    // from its first read's start to its last one's end; `count` is its lateness in ns
  Read,    // of one sensor, with its fault
  Missed,  // a stretch of `count` slots from `slot` on, as they were scheduled
  // Of housekeeping. What happens within a drain is recorded before it.
  Drain,   // a tick of the aggregator, which found `count` samples in the rings
  Window,  // an instant: a sensor's window closed, with `count` readings scheduled in it
  Write,   // `count` bytes to the temperature log, taken from the caller by write(2)
  Sync,    // fdatasync(2) or fsync(2) of the log
  Rotate,  // a renaming of the log's files
};

struct TraceRecord {
  std::int64_t start_ns;      // on CLOCK_MONOTONIC
  std::int64_t duration_ns;   // 0 or more
  std::uint64_t slot : 48;    // the reader's slot number; the first one of a stretch
  std::uint64_t sensor : 16;  // index within the track's sensors
  std::uint64_t count : 48;   // see TraceKind; saturated
  std::uint64_t fault_code : 8;
  std::uint64_t kind_code : 8;

  [[nodiscard]] TraceKind kind() const noexcept { return static_cast<TraceKind>(kind_code); }
  [[nodiscard]] Fault fault() const noexcept { return static_cast<Fault>(fault_code); }
  // Of how many of its reader's scheduled slots this is the record.
  [[nodiscard]] std::uint64_t slots() const noexcept {
    switch (kind()) {
      case TraceKind::Slot:
        return 1;
      case TraceKind::Missed:
        return count;
      default:
        return 0;
    }
  }
};

static_assert(sizeof(TraceRecord) == 32);
static_assert(std::is_trivially_copyable_v<TraceRecord>);

// What the fields of 48 bits can hold.
inline constexpr std::uint64_t kTraceCountLimit = kSlotLimit - 1;

}  // namespace isotherm::core
