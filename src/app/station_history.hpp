// The history of a station: its file, the thread that writes it, and the budget of what the whole
// station may write.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/station_events.hpp"
#include "app/write_budget.hpp"
#include "history/history_writer.hpp"

namespace isotherm::app {

// How the history of a run came out; what the station wrote to all of its files.
struct HistoryReport {
  std::string path;
  history::HistoryOutcome outcome;
};

// Where it is: a relative name is relative to the log's directory.
[[nodiscard]] std::string history_path(const history::HistorySettings& settings,
                                       const std::string& log_directory);

class StationHistory {
 public:
  // Starts iso-history, which opens the file. That a history cannot be had is told, by look(), and
  // is no reason not to sample: the log has every row. `events` is told if it had to be repaired,
  // and outlives this.
  StationHistory(const history::HistorySettings& settings, const std::string& log_directory,
                 core::HelperThreads& threads, StationEvents& events);

  [[nodiscard]] history::HistoryWriter& writer() noexcept { return *writer_; }
  // Housekeeping, one thread, about once a second: tells of trouble with its disk, and keeps the
  // budget. `others`: bytes that the station's other files have taken.
  void look(core::MonotonicTime now, std::uint64_t others);
  [[nodiscard]] HistoryReport finish();

 private:
  void keep_budget(const BudgetStep& step);

  StationEvents& events_;
  std::string path_;
  std::unique_ptr<history::HistoryWriter> writer_;
  std::optional<WriteBudget> budget_;
  std::uint64_t budget_bytes_;
  std::string told_error_;
};

}  // namespace isotherm::app
