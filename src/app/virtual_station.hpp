// A station on a virtual clock, in one thread: `isotherm run --as-fast-as-possible`. The same
// sensors, windows and log as in real time, without waiting; for simulated and recorded sensors.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "aggregate/aggregator.hpp"
#include "app/run_report.hpp"
#include "app/virtual_clock.hpp"
#include "app/virtual_reader.hpp"
#include "core/row_sink.hpp"
#include "core/sample_sink.hpp"
#include "settings/configuration.hpp"

namespace isotherm::app {

class VirtualStation {
 public:
  // `readers` have their sensors. What is given outlives this; `samples` may be null. The station
  // begins where `clock` stands, and moves it.
  VirtualStation(const settings::Configuration& configuration,
                 std::vector<std::unique_ptr<VirtualReader>> readers, VirtualClock& clock,
                 core::RowSink& rows, core::SampleSink* samples);

  // All slots of so long a time; without it, each reader for as long as its recordings are, and one
  // without any for as long as the others. `after_tick` is called about once a window; false ends
  // the run there. Throws SetupError (Usage) where there is neither a duration nor an end of
  // recordings.
  void run(std::optional<core::Nanoseconds> duration, const std::function<bool()>& after_tick);

  // Sensors and readers of the report, and how fast it went.
  void report(RunReport& report) const;

 private:
  void begin_readers(std::optional<core::Nanoseconds> duration);
  [[nodiscard]] core::Nanoseconds tick_interval() const;
  [[nodiscard]] std::vector<aggregate::ReaderFeed> feeds() const;

  const settings::Configuration& configuration_;
  std::vector<std::unique_ptr<VirtualReader>> readers_;
  VirtualClock& clock_;
  core::MonotonicTime origin_;
  aggregate::Aggregator aggregator_;
};

}  // namespace isotherm::app
