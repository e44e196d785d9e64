// What a run amounted to, gathered at its end: the numbers behind the summary.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/busy_comparison.hpp"
#include "app/station_history.hpp"
#include "capture/sample_capture.hpp"
#include "core/fault.hpp"
#include "core/row.hpp"
#include "core/setup_error.hpp"
#include "core/time.hpp"
#include "diagnose/trace_recorder.hpp"
#include "diagnose/worst_slot_watch.hpp"
#include "store/event_log.hpp"
#include "store/log_writer.hpp"

namespace isotherm::app {

struct SensorReport {
  std::string name;
  std::string reader;
  std::string unit;
  core::SlotCounts counted_by_reader;  // its own counters
  core::SlotCounts counted_in_rows;    // the sum over the rows that went to the log
  core::FaultCounts faults{};
  std::optional<core::WindowStatistics> statistics;  // of good samples, over the run

  // Promise 1: the identity holds on both sides of the ring, and both sides agree.
  [[nodiscard]] bool accounted_for() const {
    return counted_by_reader.identity_holds() && counted_in_rows == counted_by_reader;
  }
};

// Read back from the kernel while the thread ran, not taken from the configuration.
struct ThreadReport {
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  core::Nanoseconds cpu_time{0};
  std::optional<std::uint64_t> faults_after_start;  // both kinds, after the first second
  std::optional<std::uint64_t> migrations;          // not all kernels tell
  std::optional<unsigned> core;                     // on which it really ran last
  std::string affinity;                             // "3", "2-3"
  std::string policy;                               // "fifo"
  int priority = 0;
};

struct ReaderReport {
  std::string name;
  core::Nanoseconds period{0};
  std::uint64_t slots = 0;
  std::uint64_t missed_slots = 0;
  std::uint64_t dropped = 0;
  core::Nanoseconds late_p50{0};
  core::Nanoseconds late_p99{0};
  core::Nanoseconds late_p999{0};
  core::Nanoseconds late_max{0};
  core::Nanoseconds busy_p50{0};
  core::Nanoseconds busy_p99{0};
  core::Nanoseconds busy_max{0};
  bool stopped_by_overrun = false;
  std::string isolation;  // of its cores: "boot", "cpuset", "none"; empty where nobody looked
  std::optional<ThreadReport> thread;
  diagnose::ReaderEvidence evidence;   // its worst slots, and why
  std::uint64_t worst_slots_lost = 0;  // came too fast to be looked at
};

// Of a run as fast as possible.
struct VirtualTime {
  core::Nanoseconds span{0};   // of the station's clock
  core::Nanoseconds took{0};   // of ours
  std::uint64_t readings = 0;  // scheduled ones of all sensors

  [[nodiscard]] double readings_a_second() const noexcept {
    return took.count() <= 0
               ? 0.0
               : static_cast<double>(readings) * 1e9 / static_cast<double>(took.count());
  }
};

struct RunReport {
  std::string station;  // its name
  std::vector<SensorReport> sensors;
  std::vector<ReaderReport> readers;
  std::optional<VirtualTime> virtual_time;  // there were no threads then
  std::string log_path;
  store::LogOutcome log;
  std::optional<diagnose::TraceOutcome> trace;     // where the run was traced
  std::optional<HistoryReport> history;            // where there was one
  std::optional<capture::CaptureOutcome> capture;  // where every sample was wanted
  store::EventOutcome events;
  std::uint64_t bytes_written = 0;  // to all of the station's files
  core::Nanoseconds elapsed{0};     // since slot 0
  std::uint64_t resident_bytes = 0;
  std::uint64_t locked_bytes = 0;
  std::vector<std::string> missing_prerequisites;  // best-effort: what was done without
  std::vector<std::string> forced;                 // readers that cannot hold their rates
  std::vector<BusyComparison> busy_comparisons;    // what was thought of their slots before it
  std::optional<std::string> crash;                // a reader died of this bug

  // Every sample that is in the rows is in the capture, or counted as dropped there.
  [[nodiscard]] bool capture_accounted_for() const;
  [[nodiscard]] bool accounted_for() const;
};

// The tables and the verdict, ready to print.
[[nodiscard]] std::string summary_text(const RunReport& report);

// The same for programs.
[[nodiscard]] std::string summary_json(const RunReport& report);

// What `isotherm run` ends with.
[[nodiscard]] core::ExitCode exit_code_of(const RunReport& report);

}  // namespace isotherm::app
