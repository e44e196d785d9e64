// The two kinds of time, as two types that do not mix.
//   MonotonicTime  CLOCK_MONOTONIC: drives everything, never steps
//   WallTime       UTC: for people, at the edge; may step at any moment
// All in nanoseconds, 64 bits signed.
#pragma once

#include <chrono>
#include <cstdint>

namespace isotherm::core {

using Nanoseconds = std::chrono::nanoseconds;

// The clock tag of MonotonicTime. It has no now(): reading a clock goes through the Clock port.
struct MonotonicDomain {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Nanoseconds;
  using time_point = std::chrono::time_point<MonotonicDomain, Nanoseconds>;
  // NOLINTNEXTLINE(readability-identifier-naming): std::chrono's requirements give the name
  static constexpr bool is_steady = true;
};

using MonotonicTime = std::chrono::time_point<MonotonicDomain, Nanoseconds>;
using WallTime = std::chrono::sys_time<Nanoseconds>;

// One instant seen on both clocks, and whether the kernel considers the wall clock synchronised.
struct ClockReading {
  MonotonicTime monotonic;
  WallTime wall;
  bool synced = false;
};

}  // namespace isotherm::core
