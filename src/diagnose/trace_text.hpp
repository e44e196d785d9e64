// Trace records as text in the "JSON Array Format" of Chrome's trace events ("Trace Event Format",
// Duca and Sinclair, Google 2016), which both ui.perfetto.dev and chrome://tracing open.
//
// An array, one event a line, because it may end anywhere behind an event: both viewers take the
// closing bracket for granted where a crash has left it out. Times are in microseconds with three
// decimals, so to the nanosecond, on CLOCK_MONOTONIC. Pure; housekeeping.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "core/trace_record.hpp"

namespace isotherm::diagnose {

// What a file begins with, by which a trace is known again.
inline constexpr std::string_view kTraceHead = "[\n{\"name\":\"process_name\",\"ph\":\"M\"";
// Behind the last event of a trace that was finished.
inline constexpr std::string_view kTraceTail = "\n]\n";

// A line of the viewer: a thread. `id` and `id + 1` are its numbers in the file, unique there: the
// second is for missed slots, whose stretches overlap with the slot that ran into them.
struct TraceTrack {
  std::string thread;                // "iso-fast"
  std::uint32_t id = 0;              // above 0
  std::vector<std::string> sensors;  // by TraceRecord::sensor
  bool reader = true;                // it has slots, so it may miss some
};

class TraceText {
 public:
  explicit TraceText(int process_id) : process_id_(process_id) {}

  // Arguments of an event: name and value, which is put in quotes unless it is a number.
  struct Argument {
    Argument(std::string_view its_name, std::uint64_t number)
        : name(its_name), value(std::to_string(number)), quoted(false) {}
    Argument(std::string_view its_name, std::string text)
        : name(its_name), value(std::move(text)), quoted(true) {}
    std::string_view name;
    std::string value;
    bool quoted;
  };

  // The file's first event, with its bracket: the name of the process.
  void append_head(std::string& out, std::string_view process) const;
  // Each of the following begins with the comma that ends the event before it.
  void append_track(std::string& out, const TraceTrack& track) const;
  void append_record(std::string& out, const TraceTrack& track,
                     const core::TraceRecord& record) const;
  // Something to be known about the whole trace, as an instant that all viewers show.
  void append_note(std::string& out, std::string_view name, core::MonotonicTime at,
                   const std::vector<Argument>& arguments) const;
  // The height of a curve.
  void append_counter(std::string& out, std::string_view name, core::MonotonicTime at,
                      std::uint64_t value) const;

 private:
  void append_begin(std::string& out, std::string_view name, char phase, std::uint32_t track) const;
  void append_thread_name(std::string& out, std::string_view name, std::uint32_t id) const;

  int process_id_;
};

}  // namespace isotherm::diagnose
