// What the station does about its wall clock: watches it, tells each change as an event, and has
// the history move what was written before the clock was right.
#pragma once

#include <optional>

#include "aggregate/clock_watch.hpp"
#include "app/station_events.hpp"
#include "core/clock.hpp"
#include "history/history_writer.hpp"

namespace isotherm::app {

class StationClock {
 public:
  // `history` may be null. All outlive this.
  StationClock(const core::WallClock& wall_clock, StationEvents& events,
               history::HistoryWriter* history);

  // Housekeeping, one thread; often, because all between two looks is dated by the later one.
  void look();

 private:
  void tell(const aggregate::ClockChange& change);

  const core::WallClock& wall_clock_;
  StationEvents& events_;
  history::HistoryWriter* history_;
  aggregate::ClockWatch watch_;
};

// The event of a change, with its size where it has one.
[[nodiscard]] core::Event clock_event(const aggregate::ClockChange& change);

}  // namespace isotherm::app
