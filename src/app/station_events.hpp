// The events of a station: to the event log, to the history, and as a sentence to the operator, who
// reads it on the terminal or in the journal.
#pragma once

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/event_sink.hpp"
#include "core/helper_threads.hpp"
#include "history/history_writer.hpp"
#include "os/log_directory.hpp"
#include "store/current_file.hpp"
#include "store/event_log.hpp"

namespace isotherm::app {

class StationEvents : public core::EventSink {
 public:
  // `directory` is where the event log goes. `say` takes the sentences, on any thread. All outlive
  // this.
  StationEvents(const std::string& directory, core::HelperThreads& threads,
                const core::Clock& clock, const core::WallClock& wall_clock, store::Notices say);

  // `history` may be null, and lives until another is named.
  void send_to(history::HistoryWriter* history) noexcept { history_.store(history); }

  void write(const core::Event& event) override;
  // An event of this moment. A field "words" is what the operator reads.
  void write_now(core::Severity severity, const char* kind,
                 std::vector<std::pair<std::string, core::Event::Value>> fields);

  // Any thread.
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept { return directory_.bytes_taken(); }
  store::EventOutcome finish() { return log_.finish(); }

 private:
  const core::WallClock& wall_clock_;
  store::Notices say_;
  os::PosixLogDirectory directory_;
  store::EventLog log_;
  std::atomic<history::HistoryWriter*> history_{nullptr};
};

}  // namespace isotherm::app
