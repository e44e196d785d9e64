// A stretch of time of one sensor as the history keeps it: one window, or several merged to a
// minute or an hour. Temperatures are integers of 1e-9 of the sensor's unit ("nano"), so that sums,
// extremes and counts merge exactly, in any order: a float's last bit would depend on the order.
// Every decimal of up to nine digits after the point (all that the log prints, and DS18B20's
// 0.0625) is such an integer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/fault.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

namespace isotherm::history {

inline constexpr double kNanoPerUnit = 1e9;

struct Bucket {
  core::WallTime time;          // its start, UTC
  core::Nanoseconds uptime{0};  // its start on CLOCK_MONOTONIC, to the millisecond
  core::SlotCounts counts;
  std::uint64_t windows = 0;  // how many it was made of
  // Of the good samples, where there is one.
  bool has_statistics = false;
  std::int64_t min_nano = 0;
  std::int64_t max_nano = 0;
  // The sum is sum_carry * 2^62 + sum_nano: 25 degrees at 100 Hz are beyond one number after 42
  // days. A carry comes from merging only; what is kept in a file (hours at most) saturates
  // at 9.2e9 units times samples.
  std::int64_t sum_nano = 0;
  std::int64_t sum_carry = 0;
  std::int64_t last_nano = 0;
  double squares = 0.0;             // sum of squared distances from the mean, unit^2; kept as float
  core::Nanoseconds min_offset{0};  // start of the window with the first of its minima, from `time`
  core::Nanoseconds max_offset{0};
  std::optional<core::WindowLateness> lateness;  // to 100 ns; p99 of a merged one: an upper bound
  core::ClockState clock = core::ClockState::Unsynced;  // the worst of its windows
  core::FaultCounts faults{};

  // NaN without statistics.
  [[nodiscard]] double mean() const noexcept;
  // Sample standard deviation (n - 1); nothing below two good samples.
  [[nodiscard]] std::optional<double> stddev() const noexcept;

  friend bool operator==(const Bucket&, const Bucket&) = default;
};

// A value beyond +-9.2e9 units becomes the nearest of those.
[[nodiscard]] std::int64_t to_nano(double value) noexcept;

[[nodiscard]] Bucket bucket_of(const core::Row& row) noexcept;

// Adds a later bucket of the same sensor. Counts, sums, faults and extremes are exact; the squares
// are combined by Chan, Golub and LeVeque 1979, eq. 1.5. `time` and `uptime` stay.
void merge_into(Bucket& into, const Bucket& later) noexcept;

// Gives a bucket an earlier time, without moving what happened in it.
void move_start(Bucket& bucket, core::WallTime start) noexcept;

}  // namespace isotherm::history
