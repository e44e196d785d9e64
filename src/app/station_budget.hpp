// What a station may write a day: measured over all of its files and warned of, and kept by the
// history's flush interval where there is a history.
#pragma once

#include <cstdint>

#include "app/station_events.hpp"
#include "app/write_budget.hpp"
#include "history/history_writer.hpp"

namespace isotherm::app {

class StationBudget {
 public:
  // `settings.write_budget` > 0. `rows_a_second`: of all sensors. `history` may be null. Both
  // outlive this.
  StationBudget(const history::HistorySettings& settings, double rows_a_second,
                StationEvents& events, history::HistoryWriter* history);

  // Housekeeping, one thread, about once a second. `written`: bytes that all of the station's files
  // have taken.
  void look(core::MonotonicTime now, std::uint64_t written);

 private:
  StationEvents& events_;
  history::HistoryWriter* history_;
  std::uint64_t bytes_a_day_;
  WriteBudget budget_;
};

}  // namespace isotherm::app
