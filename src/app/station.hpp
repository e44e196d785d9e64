// The station: builds the two planes from a plan, starts them in the right order, and stops them in
// the right order.
//
//   start  pin to the housekeeping cores, lock memory, build and touch everything, then let the
//          readers go together, all on one time origin
//   stop   readers finish their slot and are joined; last drain; open windows close as partial
//          ones; the log is written and synced
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aggregate/aggregator.hpp"
#include "aggregate/drain_loop.hpp"
#include "aggregate/row_watch.hpp"
#include "app/live_view.hpp"
#include "app/look_times.hpp"
#include "app/plan.hpp"
#include "app/prepare.hpp"
#include "app/reader_unit.hpp"
#include "app/row_fan.hpp"
#include "app/run_report.hpp"
#include "app/service_report.hpp"
#include "app/station_budget.hpp"
#include "app/station_capture.hpp"
#include "app/station_clock.hpp"
#include "app/station_events.hpp"
#include "app/station_evidence.hpp"
#include "app/station_history.hpp"
#include "app/station_life.hpp"
#include "app/station_trace.hpp"
#include "core/helper_threads.hpp"
#include "core/sensor.hpp"
#include "os/cpuset_partition.hpp"
#include "os/log_directory.hpp"
#include "os/monotonic_clock.hpp"
#include "os/start_gate.hpp"
#include "os/system_wall_clock.hpp"
#include "store/temperature_log.hpp"

namespace isotherm::app {

class Station {
 public:
  // Builds everything. Throws SetupError: 74 where the log, or the trace that `trace` asks for,
  // cannot be written.
  // `notify` is told, on the log's thread, what an operator should know.
  Station(StationPlan plan, StationSensors sensors, core::HelperThreads& helpers,
          std::optional<core::Nanoseconds> duration, const std::optional<TraceSettings>& trace,
          const store::Notices& notify);
  ~Station();
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;
  Station(Station&&) = delete;
  Station& operator=(Station&&) = delete;

  // Starts the threads (SetupError 69 where the kernel refuses one), then opens the gate: slot 0 of
  // all readers is at one and the same instant, shortly after now.
  // The threads of readers on the cores of `partition`, if there is one, are started inside of it;
  // it has to outlast stop().
  void start(os::CpusetPartition* partition = nullptr);
  // True once there is nothing left to do: every reader has ended, or one has died.
  [[nodiscard]] bool ended() const;
  // Closes the log file and opens it again by its name.
  void reopen_log();
  [[nodiscard]] std::uint64_t log_reopenings() const { return log_->reopenings(); }
  // How far the readers and the aggregator have come, for the service manager. The station works
  // once every reader has had a whole window written to the log, not only the partial one of the
  // start; where windows are longer than kWindowAwaited, once every reader has finished a slot.
  [[nodiscard]] StationProgress progress() const;
  static constexpr core::Nanoseconds kWindowAwaited = std::chrono::seconds{10};
  // What the live view shows, as of the last tick of the aggregator.
  [[nodiscard]] std::vector<LiveReader> live() const;
  // Stops everything and says what the run amounted to. Once.
  [[nodiscard]] RunReport stop();

 private:
  void capture(const store::Notices& notify);
  [[nodiscard]] static aggregate::ReaderFeed feed_of(ReaderUnit& unit);
  [[nodiscard]] core::Nanoseconds tick_interval() const;
  [[nodiscard]] core::Nanoseconds shortest_period() const;
  [[nodiscard]] std::string log_path() const;
  [[nodiscard]] core::RowSink& row_sinks();
  [[nodiscard]] std::uint64_t bytes_written() const;
  void start_thread(ReaderUnit& unit, os::CpusetPartition* partition);
  void tick();
  void drain(void (aggregate::Aggregator::*how)());
  void look_for_whole_windows();
  [[nodiscard]] bool is_working() const;
  [[nodiscard]] Watched watched(const ReaderUnit& unit) const;
  void maintain(const std::stop_token& stop);
  void maintain_sensors();
  void tell_writes(std::uint64_t written, core::Nanoseconds least);
  void close_sinks(RunReport& report);
  [[nodiscard]] std::optional<std::string> stop_readers();

  StationPlan plan_;
  std::optional<core::Nanoseconds> duration_;
  core::HelperThreads* helpers_;
  os::MonotonicClock clock_;
  os::SystemWallClock wall_clock_;
  os::StartGate gate_;
  core::MonotonicTime origin_;
  std::unique_ptr<StationTrace> trace_;  // null: not traced; before all that records in it
  std::vector<std::unique_ptr<ReaderUnit>> units_;
  std::unique_ptr<StationEvents> events_;  // before all that tell it something
  std::unique_ptr<os::PosixLogDirectory> directory_;
  std::unique_ptr<store::TemperatureLog> log_;
  std::unique_ptr<StationHistory> history_;  // null where the configuration wants none
  std::unique_ptr<StationBudget> budget_;    // null: it may write what it wants to
  std::unique_ptr<StationClock> clock_watch_;
  DailyWrites daily_writes_;
  std::unique_ptr<aggregate::RowWatch> row_watch_;
  std::unique_ptr<RowFan> rows_;
  std::unique_ptr<StationCapture> capture_;  // null: nobody wants every sample
  std::unique_ptr<aggregate::Aggregator> aggregator_;
  std::unique_ptr<aggregate::DrainLoop> drain_loop_;
  mutable std::mutex latest_mutex_;
  std::vector<std::vector<std::optional<aggregate::LatestSample>>> latest_;  // guarded by it
  std::atomic<std::uint64_t> rows_with_whole_window_{0};  // written rows to wait for; 0: not known
  std::atomic<std::uint64_t> ticks_{0};                   // of the aggregator
  std::atomic<core::MonotonicTime> tick_due_;             // its next one
  std::unique_ptr<StationEvidence> evidence_;  // null where no reader keeps its worst slots
  std::unique_ptr<core::HelperThread> aggregate_thread_;
  std::unique_ptr<core::HelperThread> maintain_thread_;
};

}  // namespace isotherm::app
