// What the history keeps of what happens to the wall clock.
#pragma once

#include "aggregate/clock_watch.hpp"
#include "history/history_writer.hpp"

namespace isotherm::app {

// That it was set, and that it is right now. A suspend is no step: CLOCK_MONOTONIC stood still, and
// the wall clock was right all the time.
void keep_in_history(const aggregate::ClockChange& change, history::HistoryWriter& history);

}  // namespace isotherm::app
