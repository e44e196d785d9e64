// What `isotherm latency` tells: as text, as JSON, and as a page for a browser.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/live_view.hpp"
#include "core/time.hpp"
#include "diagnose/latency_facts.hpp"
#include "diagnose/latency_run.hpp"
#include "os/kernel_name.hpp"

namespace isotherm::app {

struct LatencyReport {
  diagnose::LatencyResults results;
  diagnose::LatencyFacts facts;
  os::KernelName kernel;
  diagnose::MachineCounts meanwhile;  // what the machine did between start and end
  core::Nanoseconds took{0};
  std::string date;  // of the start: "2026-11-22T06:40:00Z"
  std::string version;
  unsigned core = 0;
  int priority = 0;
  diagnose::BlockShape shape;
  std::uint64_t seed = 0;
  std::string load;                        // in words, "" where there was none
  std::vector<std::string> load_troubles;  // parts of it that ended early
  std::string counters_problem;            // why the processor's events were not counted, or ""
};

[[nodiscard]] std::string latency_text(const LatencyReport& report);
[[nodiscard]] std::string latency_json(const LatencyReport& report);
// One file that needs nothing else, neither a script nor the network.
[[nodiscard]] std::string latency_html(const LatencyReport& report);

// Why an arm was not measured, in words; nothing if it was.
[[nodiscard]] std::optional<std::string> why_not_measured(const diagnose::ArmResult& arm);

// The lines of a running measurement: one and its bar for each set of cores that is measured. `now`
// has run for `elapsed` of its block.
[[nodiscard]] std::vector<LiveReader> latency_live(const diagnose::LatencyProgress& progress,
                                                   const diagnose::BlockShape& shape,
                                                   core::Nanoseconds elapsed);

}  // namespace isotherm::app
