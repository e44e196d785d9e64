// How long the sensors of a plan take to be read: each some hundred times, on its reader's core and
// under its reader's policy, before the station starts.
#pragma once

#include <string>
#include <vector>

#include "app/plan.hpp"
#include "app/prepare.hpp"
#include "core/clock.hpp"
#include "core/fault.hpp"
#include "core/sensor.hpp"
#include "core/time.hpp"
#include "os/cpuset_partition.hpp"

namespace isotherm::app {

// A sensor is read until it has been read kMeasuredReads times or has taken kMeasuredTime, but at
// least kMeasuredReadsMin times: a quick one some hundred times within a second, one that runs into
// its time-out a few times.
inline constexpr unsigned kMeasuredReads = 200;
inline constexpr unsigned kMeasuredReadsMin = 3;
inline constexpr core::Nanoseconds kMeasuredTime = std::chrono::seconds{2};
// Between two reads its reader sleeps as it will in service, but no longer than this.
inline constexpr core::Nanoseconds kMeasuredPause = std::chrono::milliseconds{5};

struct SensorMeasurement {
  unsigned reads = 0;
  core::Nanoseconds median{0};
  core::Nanoseconds worst{0};
  core::Nanoseconds cpu_worst{0};         // of one read, what it computed
  unsigned faulty = 0;                    // reads that gave a fault
  core::Fault fault = core::Fault::None;  // the first of them
};

struct ReaderMeasurement {
  std::vector<SensorMeasurement> sensors;
  core::Nanoseconds wake_worst{0};  // how late the thread was woken at the worst
  std::string policy;               // under which it ran, and where: "fifo 80 on core 3"
};

// The reads of one sensor, on the calling thread. `period` is that of the sensor's readings;
// `cpu_time` gives what this thread has computed. `wake_worst` grows to the latest wake-up.
[[nodiscard]] SensorMeasurement measure_sensor(core::Sensor& sensor, core::Nanoseconds period,
                                               const core::Clock& clock,
                                               core::Nanoseconds (*cpu_time)() noexcept,
                                               core::Nanoseconds& wake_worst);

// All readers of the plan, one after the other, each on a thread as its own will be: what they do
// to each other is for the analysis. `partition`, if not null, is theirs. Throws SetupError where
// the kernel refuses such a thread. The sensors have been read afterwards: a station is to be given
// new ones.
[[nodiscard]] std::vector<ReaderMeasurement> measure_readers(const StationPlan& plan,
                                                             const StationSensors& sensors,
                                                             const core::Clock& clock,
                                                             os::CpusetPartition* partition);

}  // namespace isotherm::app
