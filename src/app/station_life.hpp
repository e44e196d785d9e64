// The events of a station's start, its days and its stop: what it is, what it wrote to its disk,
// and what it amounted to.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "aggregate/reader_windows.hpp"
#include "app/plan.hpp"
#include "core/event.hpp"

namespace isotherm::app {

// With the version and the plan, in a line a reader.
[[nodiscard]] core::Event start_event(const StationPlan& plan, const core::ClockReading& now);

// `totals` by reader and sensor.
[[nodiscard]] core::Event stop_event(
    const std::vector<std::vector<aggregate::SensorTotals>>& totals, core::Nanoseconds elapsed,
    const core::ClockReading& now);

// What a station writes to its disk: an event a day and one at the stop, each of what came since
// the one before. `isotherm log --stats` adds them up. One thread at a time.
class DailyWrites {
 public:
  static constexpr core::Nanoseconds kDay = std::chrono::hours{24};

  void begin(core::MonotonicTime origin) noexcept { since_ = origin; }
  // `bytes` and `rows` since begin(). Nothing while the last event is less than `least` ago.
  [[nodiscard]] std::optional<core::Event> since_last(const core::ClockReading& now,
                                                      std::uint64_t bytes, std::uint64_t rows,
                                                      core::Nanoseconds least);

 private:
  core::MonotonicTime since_;
  std::uint64_t bytes_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace isotherm::app
