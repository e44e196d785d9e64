// The subcommands. Each returns the program's exit code; SetupError goes through to main.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/station_trace.hpp"
#include "core/cpu_set.hpp"
#include "core/setup_error.hpp"
#include "core/time.hpp"

namespace isotherm::app {

struct StationOptions {
  std::optional<std::string> config;   // file; without it the built-in default
  std::optional<std::string> board;    // wins over the configuration
  std::optional<std::string> log_dir;  // wins over the configuration
  bool best_effort = false;            // wins over realtime = "required"
};

struct RunOptions {
  StationOptions station;
  std::optional<core::Nanoseconds> duration;
  std::optional<TraceSettings> trace;
  std::optional<std::string> capture;  // file for every sample of the run
  bool quiet = false;
  bool json = false;     // the summary as JSON, and no live view
  bool measure = false;  // read each sensor some hundred times first, and refuse what cannot hold
  bool force = false;    // go on with a plan that cannot hold
  bool virtual_clock = false;           // as fast as possible
  std::optional<core::WallTime> begin;  // of the virtual clock
};

struct CaptureOptions {
  std::string path;                // a capture file, or a folder of them
  std::string format = "csv";      // of the export: csv, jsonl or npy
  std::vector<std::string> names;  // globs of sensors; none: all
  std::string output;              // file; "" is stdout
  bool json = false;
};

struct CheckOptions {
  StationOptions station;
  bool json = false;
  bool measure = false;
  bool force = false;
};

struct DoctorOptions {
  StationOptions station;
  core::CpuSet cores;  // to look at besides those of the readers
  bool json = false;
  bool fix = false;
  std::optional<core::Nanoseconds> duration;  // of --fix; until a signal without it
  std::optional<std::string> record;          // file for what was read
};

struct SensorsOptions {
  bool json = false;
};

struct BoardOptions {
  bool json = false;
  std::string name;  // of a board, or "auto"
};

struct BoardApplyOptions {
  std::string name = "auto";
  std::string root;  // of an image that is mounted somewhere; "" is the running machine
  bool dry_run = false;
  bool yes = false;
  bool undo = false;
  bool json = false;
};

struct LatencyOptions {
  core::Nanoseconds period{std::chrono::milliseconds{1}};
  std::optional<unsigned> core;  // without it an isolated one, or the last
  int priority = 80;
  core::Nanoseconds block{std::chrono::milliseconds{500}};
  core::Nanoseconds duration{std::chrono::seconds{30}};
  std::optional<std::uint64_t> rounds;  // wins over `duration`
  std::vector<std::string> arms;        // without any, all
  bool load = false;
  std::string load_dir;    // of the load's file; "" is $TMPDIR or /tmp
  std::string load_cores;  // "0,2-3"; "" is all but the measured one
  bool json = false;
  std::string html;      // file; "" is none
  std::string as_child;  // the task of a child of such a measurement, see latency_wire.hpp
};

enum class LogForm : std::uint8_t { Table, Csv, JsonLines, Json };

struct LogOptions {
  std::optional<std::string> log_dir;  // wins over the configuration
  std::optional<std::string> config;
  std::vector<std::string> sensors;  // globs; without any, all
  // As they were written: query/time_expression.hpp.
  std::optional<std::string> since;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> every;
  LogForm form = LogForm::Table;
  bool plot = false;
  std::string html;  // file; "" is none
  bool follow = false;
  bool faults = false;
  bool events = false;
  bool stats = false;
  bool utc = false;  // what is for people in UTC rather than local time
};

struct ReportOptions {
  std::vector<std::string> captures;  // files or folders
  unsigned jobs = 0;                  // workers; 0: one a core
  std::string cores;                  // "0,2-3"; "" is all that may be used
  std::string deal = "free";          // or "round-robin"
  bool processes = false;
  bool compare = false;
  std::uint64_t stuck = 1000;  // equal values in a row
  double spike = 6.0;          // noises
  bool json = false;
  std::string html;       // file; "" is none
  bool as_child = false;  // a worker process, see report_processes.cpp
};

core::ExitCode run_command(const RunOptions& options);
// `run` with options.virtual_clock.
core::ExitCode virtual_run_command(const RunOptions& options);
core::ExitCode capture_export_command(const CaptureOptions& options);
core::ExitCode capture_info_command(const CaptureOptions& options);
core::ExitCode check_command(const CheckOptions& options);
core::ExitCode doctor_command(const DoctorOptions& options);
core::ExitCode sensors_command(const SensorsOptions& options);
core::ExitCode log_command(const LogOptions& options);
core::ExitCode latency_command(const LatencyOptions& options);
core::ExitCode report_command(const ReportOptions& options);
core::ExitCode board_list_command(const BoardOptions& options);
core::ExitCode board_show_command(const BoardOptions& options);
core::ExitCode board_detect_command(const BoardOptions& options);
core::ExitCode board_apply_command(const BoardApplyOptions& options);

// Parses the command line and runs what it names. Prints every error on stderr.
int run_command_line(int argc, const char* const* argv);

}  // namespace isotherm::app
