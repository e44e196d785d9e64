// Everything that belongs to one reader of a running station, at a fixed address: its thread, the
// aggregator and the maintenance refer to it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "acquire/reader.hpp"
#include "app/plan.hpp"
#include "core/reader_counters.hpp"
#include "core/sensor.hpp"
#include "os/realtime_thread.hpp"
#include "os/thread_usage.hpp"
#include "ring/sample_ring.hpp"

namespace isotherm::app {

struct ReaderUnit {
  ReaderUnit(PlannedReader plan, std::vector<std::unique_ptr<core::Sensor>> its_sensors,
             const core::Clock& clock)
      : planned(std::move(plan)),
        sensors(std::move(its_sensors)),
        // Fits: the plan has been checked against ring::kRingBytesMax.
        ring(static_cast<std::size_t>(planned.ring_capacity)),
        counters(sensors.size()),
        worst_slots(planned.settings.worst_slots, planned.settings.period),
        reader(planned.settings, acquired_sensors(), ring.writer(), clock, counters, &worst_slots),
        thread_name("iso-" + planned.settings.name) {
    // Touches every page of the histograms before the first slot does.
    counters.lateness.reset();
    counters.busy.reset();
  }

  [[nodiscard]] std::vector<acquire::ReaderSensor> acquired_sensors() const {
    std::vector<acquire::ReaderSensor> acquired;
    for (std::size_t i = 0; i < sensors.size(); ++i) {
      acquired.push_back({sensors[i].get(), planned.sensors[i].every});
    }
    return acquired;
  }

  PlannedReader planned;
  std::vector<std::unique_ptr<core::Sensor>> sensors;
  ring::SampleRing ring;
  core::ReaderCounters counters;
  acquire::WorstSlots worst_slots;
  acquire::Reader reader;
  std::string thread_name;
  std::optional<std::uint64_t> slot_limit;  // where the run's length is known
  std::unique_ptr<os::RealtimeThread> thread;
  std::optional<os::ThreadUsage> warm_usage;   // after the first second
  std::optional<os::ThreadUsage> final_usage;  // at its end
};

}  // namespace isotherm::app
