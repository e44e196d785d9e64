// What the readers of a plan may take of each core, as their sensors declare it: the sum that the
// kernel's limits on real-time threads are compared with. Pure.
#pragma once

#include <string>
#include <vector>

#include "app/preflight.hpp"

namespace isotherm::app {

struct CoreLoad {
  unsigned core = 0;
  // Of the core's time, 1.0 is all of it and more than it has is possible: spin tails and reads,
  // and in those also what they sleep. A reader counts in full on each core that it may use.
  double share = 0.0;
  double realtime_share = 0.0;  // of it, SCHED_FIFO and SCHED_RR
  bool spins = false;           // one of its readers has a spin tail
  std::vector<std::string> readers;
};

// Of the cores that have a reader, in ascending order. Readers without a period count for nothing.
[[nodiscard]] std::vector<CoreLoad> core_loads(const std::vector<PreflightReader>& readers);

// The time of how many cores the SCHED_DEADLINE readers ask the kernel to set aside: the sum of
// runtime / period.
[[nodiscard]] double deadline_bandwidth(const std::vector<PreflightReader>& readers);

}  // namespace isotherm::app
