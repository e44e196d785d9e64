// The trace of a station (`isotherm run --trace FILE`): its lanes, what is put between the
// station's parts to feed them, and the thread iso-trace that writes them out. There is one of
// these where a run is traced; otherwise the station has a null pointer, and nothing of this
// exists.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/reader_trace.hpp"
#include "app/plan.hpp"
#include "core/helper_threads.hpp"
#include "diagnose/trace_recorder.hpp"
#include "diagnose/traced_housekeeping.hpp"
#include "os/log_directory.hpp"

namespace isotherm::app {

struct TraceSettings {
  std::string file;
  std::uint64_t limit = std::uint64_t{256} << 20U;  // bytes
};

// What tracing locks in memory on top of the plan.
[[nodiscard]] std::uint64_t trace_memory_bytes(const StationPlan& plan);

class StationTrace {
 public:
  // Opens the file: SetupError with ExitCode::Io where it cannot. All references outlive this.
  StationTrace(const TraceSettings& settings, const StationPlan& plan, const core::Clock& clock,
               const core::WallClock& wall_clock, diagnose::TraceRecorder::Notify notify);

  // By the plan's order.
  [[nodiscard]] acquire::ReaderTrace& reader(std::size_t index) { return readers_.at(index); }
  // Put in the place of the station's own; each once.
  [[nodiscard]] core::LogDirectory& traced(core::LogDirectory& directory);
  [[nodiscard]] core::RowSink& traced(core::RowSink& sink);

  // Starts iso-trace.
  void start(core::HelperThreads& helpers);
  // On the aggregator's thread: it has drained the rings, which held `samples`.
  void drained(core::MonotonicTime start, std::uint64_t samples);
  // When all threads of the lanes have ended: writes the rest and says how it came out. `scheduled`
  // is how many slots each reader has had, by its own counters.
  [[nodiscard]] diagnose::TraceOutcome finish(const std::vector<std::uint64_t>& scheduled);

 private:
  void run(const std::stop_token& stop);

  const core::Clock* clock_;
  std::vector<std::string> sensors_;  // of all readers
  os::PosixLogDirectory directory_;
  diagnose::TraceRecorder recorder_;
  std::vector<acquire::ReaderTrace> readers_;
  acquire::TraceLane* aggregate_lane_ = nullptr;
  acquire::TraceLane* log_lane_ = nullptr;
  std::optional<diagnose::TracedLogDirectory> traced_directory_;
  std::optional<diagnose::TracedRowSink> traced_rows_;
  std::unique_ptr<core::HelperThread> thread_;
};

}  // namespace isotherm::app
