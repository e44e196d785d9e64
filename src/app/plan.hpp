// The plan: a configuration brought together with this machine. Which reader runs on which core, at
// which priority, with how large a ring. Pure, so that tests can plan for machines they do not
// have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "acquire/reader_settings.hpp"
#include "app/placement.hpp"
#include "core/cpu_set.hpp"
#include "sensor/sensor_settings.hpp"
#include "settings/configuration.hpp"

namespace isotherm::app {

struct PlannedReader {
  acquire::ReaderSettings settings;
  std::vector<sensor::SensorSettings> sensors;
  core::CpuSet cores;
  int priority = 0;                 // 0 for policies that have none
  core::Nanoseconds runtime{0};     // of SCHED_DEADLINE; by default a fifth of the period
  std::uint64_t ring_capacity = 0;  // samples
  std::uint64_t ring_bytes = 0;
  std::uint64_t memory_bytes = 0;  // ring, histograms, counters and stack
};

struct StationPlan {
  settings::Configuration configuration;
  core::CpuSet housekeeping;
  std::vector<PlannedReader> readers;
  std::vector<std::string> notes;  // what was decided, and why, for people
  std::uint64_t memory_bytes = 0;  // rings, histograms and stacks of the readers

  [[nodiscard]] std::size_t sensor_count() const;
};

// Reader stacks: the loop needs a few KiB; libc, the crash handler and a driver's text buffers the
// rest. Small on purpose: mlockall locks all of it.
inline constexpr std::size_t kReaderStackBytes = std::size_t{128} << 10U;

// `placement` is the result of place() for the same readers, in the same order.
[[nodiscard]] StationPlan make_plan(const settings::Configuration& configuration,
                                    const Placement& placement);

// What in the plan cannot be carried out on any machine: a ring beyond ring::kRingBytesMax, or
// rings that are each within it and together beyond ring::kRingBytesTotalMax.
[[nodiscard]] std::vector<Problem> plan_problems(const StationPlan& plan);

}  // namespace isotherm::app
