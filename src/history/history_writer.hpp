// What the station gives its rows and events to for the history: they wait in memory for the flush
// interval (or until they are half of what may wait) and are written on a thread of its own,
// iso-history. Nobody waits for its disk: while
// that is full, gone, stalled or held by a reader, they wait up to a limit; what is beyond it is
// lost to the history (not to the log) and counted.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/helper_threads.hpp"
#include "core/row_sink.hpp"
#include "history/history_file.hpp"

namespace isotherm::history {

// Takes one sentence about the history for the operator, on iso-history.
using Notices = std::function<void(const std::string&)>;

struct HistoryOutcome {
  std::uint64_t rows = 0;  // kept
  std::uint64_t rows_lost = 0;
  std::uint64_t events = 0;
  std::uint64_t events_lost = 0;
  HistoryUsage usage;      // as of the last flush
  std::string last_error;  // what, and about which file
  std::string trouble;     // the same, while it lasts; empty again after a flush without any
};

// A wider interval than this changes nothing: rows that come so fast are written earlier, when they
// are half of what may wait.
[[nodiscard]] core::Nanoseconds widest_flush_interval(const HistorySettings& settings,
                                                      double rows_a_second);

class HistoryWriter : public core::RowSink {
 public:
  static constexpr std::size_t kWaitingEventsMax = 1024;

  // Opens the file; throws SetupError where that is not to be had now.
  using OpenFile = std::function<std::unique_ptr<HistoryFile>()>;

  // `open` is called on iso-history, which a large file or a slow disk may keep for a while, and
  // again at each flush where it has failed: a disk that is full when the station starts may have
  // room later. Throws SetupError if there is no thread for it.
  HistoryWriter(OpenFile open, const HistorySettings& settings, core::HelperThreads& threads,
                Notices notify);
  ~HistoryWriter() override;
  HistoryWriter(const HistoryWriter&) = delete;
  HistoryWriter& operator=(const HistoryWriter&) = delete;
  HistoryWriter(HistoryWriter&&) = delete;
  HistoryWriter& operator=(HistoryWriter&&) = delete;

  // These four: housekeeping, any thread, until finish(). They never wait for the disk.
  void write(core::Row row) override;
  void write(const core::Event& event);
  // The wall clock was stepped by `size`, and it is `reading` now.
  void clock_stepped(const core::ClockReading& reading, core::Nanoseconds size);
  // It has become synchronised: everything that this boot wrote before, waiting or kept, is moved.
  // The first time at once, whatever the flush interval.
  void clock_synced(const core::ClockReading& reading);

  // Housekeeping, any thread: how it stands.
  [[nodiscard]] HistoryOutcome outcome();
  // Of the time between flushes, e.g. to stay below a write budget. Holds from the next one on.
  void set_flush_interval(core::Nanoseconds interval);

  // Writes what waits, ends iso-history and says how it came out. The destructor does it, too.
  HistoryOutcome finish();

 private:
  struct Step {
    core::ClockReading reading;
    core::Nanoseconds size{0};
    bool synced = false;  // rather than a step
  };
  struct Batch {
    std::vector<core::Row> rows;
    std::deque<core::Event> events;
    std::deque<Step> steps;
    [[nodiscard]] bool empty() const { return rows.empty() && events.empty() && steps.empty(); }
  };

  void run(const std::stop_token& stop);
  void note(const HistoryStatus& status);
  void take_waiting(Batch& batch);
  [[nodiscard]] HistoryStatus open_file();
  void date_late_rows(Batch& batch);
  [[nodiscard]] HistoryStatus flush(Batch& batch, HistoryOutcome& done);

  OpenFile open_;
  Notices notify_;
  std::unique_ptr<HistoryFile> file_;         // iso-history's alone; null until it could be opened
  std::optional<core::ClockReading> synced_;  // the first of this run; likewise
  const std::size_t rows_max_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  Batch waiting_;               // guarded by mutex_, as is all below
  std::size_t taken_rows_ = 0;  // with iso-history and not yet kept: they count as waiting
  std::size_t taken_events_ = 0;
  bool told_synced_ = false;  // in this run
  bool is_urgent_ = false;
  core::Nanoseconds interval_;
  HistoryOutcome outcome_;
  std::unique_ptr<core::HelperThread> thread_;
};

}  // namespace isotherm::history
