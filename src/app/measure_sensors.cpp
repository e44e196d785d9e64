#include "app/measure_sensors.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "app/reader_thread.hpp"
#include "os/this_thread.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;

std::string policy_of(const os::ThreadReadback& thread) {
  std::string text{core::policy_word(thread.policy)};
  if (core::has_priority(thread.policy)) {
    text += " " + std::to_string(thread.priority);
  }
  return text + " on " + cores_words(thread.affinity);
}

}  // namespace

SensorMeasurement measure_sensor(core::Sensor& sensor, Nanoseconds period, const core::Clock& clock,
                                 Nanoseconds (*cpu_time)() noexcept, Nanoseconds& wake_worst) {
  SensorMeasurement result;
  std::array<Nanoseconds, kMeasuredReads> taken{};
  const Nanoseconds pause = std::min(period, kMeasuredPause);
  const core::MonotonicTime begin = clock.now();
  while (result.reads < kMeasuredReads &&
         (result.reads < kMeasuredReadsMin || clock.now() - begin < kMeasuredTime)) {
    const core::MonotonicTime slot = clock.now() + pause;
    if (clock.sleep_until(slot)) {  // else it was interrupted, and the wake-up says nothing
      wake_worst = std::max(wake_worst, clock.now() - slot);
    }
    const Nanoseconds cpu_before = cpu_time();
    const core::MonotonicTime start = clock.now();
    const core::Reading reading =
        sensor.read({.ordinal = result.reads,
                     .since_origin = period * static_cast<std::int64_t>(result.reads)});
    const core::MonotonicTime end = clock.now();
    result.cpu_worst = std::max(result.cpu_worst, cpu_time() - cpu_before);
    taken.at(result.reads) = end - start;
    ++result.reads;
    // A reading that was asked for a moment ago cannot be there yet: no trouble, only the haste.
    if (reading.fault != core::Fault::None && reading.fault != core::Fault::Stale) {
      result.fault = result.faulty == 0 ? reading.fault : result.fault;
      ++result.faulty;
    }
  }
  std::sort(taken.begin(), taken.begin() + result.reads);
  result.median = taken.at((result.reads - 1) / 2);
  result.worst = taken.at(result.reads - 1);
  return result;
}

std::vector<ReaderMeasurement> measure_readers(const StationPlan& plan,
                                               const StationSensors& sensors,
                                               const core::Clock& clock,
                                               os::CpusetPartition* partition) {
  std::vector<ReaderMeasurement> results(plan.readers.size());
  for (std::size_t i = 0; i < plan.readers.size(); ++i) {
    const PlannedReader& reader = plan.readers[i];
    ReaderMeasurement& result = results[i];
    result.sensors.resize(sensors[i].size());
    const auto measure = [&reader, &result, &sensors, &clock, i] {
      for (std::size_t k = 0; k < result.sensors.size(); ++k) {
        result.sensors[k] =
            measure_sensor(*sensors[i][k], reader.settings.period * reader.sensors[k].every, clock,
                           &os::this_thread_cpu_time, result.wake_worst);
      }
    };
    const auto thread = start_reader_thread(reader, {partition, plan.housekeeping}, measure);
    thread->join();
    result.policy = policy_of(thread->readback());
  }
  return results;
}

}  // namespace isotherm::app
