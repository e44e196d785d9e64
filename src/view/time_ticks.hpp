// Round times to write below a chart: whole minutes, hours, midnights, first days of months, as a
// clock on the wall of the zone shows them, also across a change to or from daylight saving.
// Internal to view/. Pure but for the time zone's rules.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "view/calendar.hpp"

namespace isotherm::view {

struct TimeTick {
  core::WallTime time;
  std::string text;  // "14:05", at midnight "03-29"
};

// In order of time, from `from` to before `to`; as close as their texts fit into `columns`.
[[nodiscard]] std::vector<TimeTick> time_ticks(core::WallTime from, core::WallTime to,
                                               std::size_t columns, Zone zone);

}  // namespace isotherm::view
