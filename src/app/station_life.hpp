// The events of a station's start and stop: what it is, and what it amounted to.
#pragma once

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

}  // namespace isotherm::app
