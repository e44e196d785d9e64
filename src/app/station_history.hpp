// The history of a station: its file, and the thread that writes it.
#pragma once

#include <memory>
#include <string>

#include "app/station_events.hpp"
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
  // Since the start. Any thread.
  [[nodiscard]] std::uint64_t bytes_written() const {
    return writer_->outcome().usage.written_bytes;
  }
  // Housekeeping, one thread, about once a second: tells of trouble with its disk, and when it is
  // over.
  void look();
  [[nodiscard]] HistoryReport finish();

 private:
  StationEvents& events_;
  std::string path_;
  std::unique_ptr<history::HistoryWriter> writer_;
  std::string told_;  // of its trouble
};

}  // namespace isotherm::app
