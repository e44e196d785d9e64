// The station's event log: events.jsonl beside the temperature log, written on a thread of its own,
// iso-events. Nobody waits for its disk: while that is full, gone or stalled, lines wait in memory
// up to a limit, and what is beyond it is counted as lost. Rotated by size, 4 MiB in all.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "core/clock.hpp"
#include "core/event_sink.hpp"
#include "core/helper_threads.hpp"
#include "core/log_directory.hpp"
#include "core/time.hpp"

namespace isotherm::store {

struct EventOutcome {
  std::uint64_t written = 0;
  std::uint64_t lost = 0;  // could not be kept while the disk was away
  std::string last_error;  // the kernel's words, and what they were said about
};

class EventLog : public core::EventSink {
 public:
  static constexpr std::uint64_t kFileBytes = std::uint64_t{1} << 20U;
  static constexpr std::uint32_t kRotatedFiles = 3;
  static constexpr std::size_t kWaitingBytes = std::size_t{64} << 10U;
  // How soon a disk that was full or gone is tried again.
  static constexpr core::Nanoseconds kRetryInterval = std::chrono::seconds{1};
  // A power cut costs the events of so long at most. Syncing each one by itself would cost a card
  // more than the rows do.
  static constexpr core::Nanoseconds kSyncInterval = std::chrono::seconds{5};

  // Whoever writes the temperature log has claimed the directory, which outlives this and is this
  // object's alone. The file is made with the first event.
  EventLog(core::LogDirectory& directory, core::HelperThreads& threads, const core::Clock& clock);
  ~EventLog() override;
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;
  EventLog(EventLog&&) = delete;
  EventLog& operator=(EventLog&&) = delete;

  // Housekeeping, any thread, until finish(). Never waits for the disk.
  void write(const core::Event& event) override;

  // Housekeeping. Writes what it was given, syncs, ends iso-events and says how it came out. Called
  // again, says the same. The destructor does it if nobody has.
  EventOutcome finish();

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] core::LogStatus write_lines(std::deque<std::string>& lines);
  [[nodiscard]] core::LogStatus sync(bool at_once);
  [[nodiscard]] core::LogStatus prepare(std::size_t line_bytes);
  [[nodiscard]] core::LogStatus open();

  core::LogDirectory& directory_;
  const core::Clock& clock_;
  std::unique_ptr<core::LogFile> file_;          // iso-events' alone
  std::uint64_t size_ = 0;                       // of it; likewise, as are the two below
  std::optional<core::MonotonicTime> sync_due_;  // where something is unsynced
  core::MonotonicTime synced_at_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::string> waiting_;  // guarded by mutex_, as are the two below
  std::size_t waiting_bytes_ = 0;
  EventOutcome outcome_;
  std::unique_ptr<core::HelperThread> thread_;
};

}  // namespace isotherm::store
