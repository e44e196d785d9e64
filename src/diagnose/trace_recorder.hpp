// The trace of a run: a lane for each thread that takes part, and what empties the lanes into the
// file. Every event that a thread has made ends in exactly one of four counts:
//
//   made = written + dropped_by_ring + over_limit + not_written
//
// and so does each slot of a reader. Housekeeping; work() and finish() are one thread's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acquire/trace_lane.hpp"
#include "core/clock.hpp"
#include "core/log_directory.hpp"
#include "diagnose/trace_file.hpp"
#include "diagnose/trace_text.hpp"

namespace isotherm::diagnose {

// What became of a lane's events, or of the slots that they stand for.
struct TraceCounts {
  std::uint64_t made = 0;
  std::uint64_t written = 0;
  std::uint64_t dropped_by_ring = 0;
  std::uint64_t over_limit = 0;
  std::uint64_t not_written = 0;  // the disk was full, or gone

  [[nodiscard]] std::uint64_t dropped() const noexcept {
    return dropped_by_ring + over_limit + not_written;
  }
  [[nodiscard]] bool identity_holds() const noexcept { return made == written + dropped(); }
  TraceCounts& operator+=(const TraceCounts& other) noexcept;
  friend bool operator==(const TraceCounts&, const TraceCounts&) = default;
};

struct TracedThread {
  std::string thread;
  bool reader = false;
  TraceCounts events;
  TraceCounts slots;  // of a reader; `made` is what it has scheduled, which its own counters know
};

struct TraceOutcome {
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t limit = 0;
  std::vector<TracedThread> threads;
  std::string error;     // of the disk; empty if all is well
  bool complete = true;  // the file has its end, with these counts in it

  [[nodiscard]] TraceCounts events() const;
  // Every event and every scheduled slot is in exactly one of the counts.
  [[nodiscard]] bool accounted_for() const;
};

class TraceRecorder {
 public:
  // Such as "trace: run.json has reached its limit"; once a reason.
  using Notify = std::function<void(const std::string&)>;

  struct Settings {
    std::string process = "isotherm";  // what the viewers call it
    std::string version;
    int process_id = 0;
    std::uint64_t limit = 0;  // bytes; at least TraceFile::kLimitLeast
  };

  // Opens the file; see TraceFile. All references outlive the recorder.
  TraceRecorder(Settings settings, core::LogDirectory& directory, const std::string& name,
                const core::Clock& clock, const core::WallClock& wall_clock, Notify notify);

  // Before start(). The lane stays where it is; `track.id` is given here.
  acquire::TraceLane& add_lane(TraceTrack track, std::size_t capacity);
  // Writes the head of the file: names, clocks, settings. Before the first work().
  void start();
  // Empties the lanes and writes what they held.
  void work();
  // work() for the last time, when no lane's thread makes records any more; then the file's end.
  [[nodiscard]] TraceOutcome finish();

 private:
  // One write(2) of the file at most.
  static constexpr std::size_t kBatchBytes = std::size_t{32} << 10U;
  // No event is longer: names have at most 255 bytes, of which an escape makes 6 each.
  static constexpr std::size_t kEventBytesMost = 2048;
  // The file's last note.
  static constexpr std::uint64_t kEndBytes = 1024;
  // Housekeeping's longest drain, in windows closed; a reader's longest slot, in reads.
  static constexpr std::size_t kHeldMost = 4096;

  struct Lane {
    TraceTrack track;
    std::unique_ptr<acquire::TraceLane> ring;  // at an address that its thread knows
    std::vector<core::TraceRecord> held;       // what happened within something not yet recorded
    TraceCounts events;
    TraceCounts slots;
    std::uint64_t dropped_told = 0;
  };

  void empty(Lane& lane);
  void take(Lane& lane, const core::TraceRecord& record);
  void release(Lane& lane);
  void add(Lane& lane, const core::TraceRecord& record);
  void commit(Lane& lane);
  void tell_drops(Lane& lane);
  void tell_end_of_file(TraceFate fate);
  [[nodiscard]] std::vector<TraceText::Argument> end_arguments() const;

  Settings settings_;
  std::string path_;
  const core::Clock* clock_;
  const core::WallClock* wall_clock_;
  Notify notify_;
  TraceText text_;
  std::unique_ptr<TraceFile> file_;
  std::vector<Lane> lanes_;
  std::string batch_;
  std::uint64_t batch_events_ = 0;
  std::uint64_t batch_slots_ = 0;
  bool told_ = false;
};

}  // namespace isotherm::diagnose
