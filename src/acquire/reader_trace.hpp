// A reader's side of `isotherm run --trace`: every slot, every read and every missed stretch
// becomes a record of 32 bytes in a ring. All times are ones that the reader has read for its
// samples: a trace costs it no reading of the clock and no system call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "acquire/trace_lane.hpp"
#include "core/fault.hpp"
#include "core/realtime.hpp"
#include "core/time.hpp"

namespace isotherm::acquire {

// Records that a reader makes in kTraceHold, within bounds: housekeeping may be away that long and
// nothing is dropped. `every` of its sensors is taken as 1.
inline constexpr core::Nanoseconds kTraceHold = std::chrono::seconds{1};
inline constexpr std::uint64_t kTraceCapacityMin = 1024;   // 32 KiB
inline constexpr std::uint64_t kTraceCapacityMax = 32768;  // 1 MiB
[[nodiscard]] std::size_t trace_capacity(core::Nanoseconds period, std::size_t sensors) noexcept;

class ReaderTrace {
 public:
  // Housekeeping. The lane outlives this, and takes records of this reader alone.
  explicit ReaderTrace(TraceLane& lane) : lane_(&lane) {}

  // Real-time; the reader's thread only, as the other two. Sensor `sensor` was read.
  void read(std::uint64_t slot, std::size_t sensor, core::MonotonicTime start,
            core::MonotonicTime end, core::Fault fault) noexcept ISOTHERM_REALTIME;
  // A slot is done, after its reads.
  void slot(std::uint64_t slot, core::MonotonicTime scheduled, core::MonotonicTime start,
            core::MonotonicTime end) noexcept ISOTHERM_REALTIME;
  // `count` slots from `first` on were missed; they were scheduled from `begin` to before `end`.
  void missed(std::uint64_t first, std::uint64_t count, core::MonotonicTime begin,
              core::MonotonicTime end) noexcept ISOTHERM_REALTIME;

 private:
  TraceLane* lane_;
};

}  // namespace isotherm::acquire
