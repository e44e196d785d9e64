// From what a station's parts have counted to the report of the run.
#pragma once

#include "aggregate/reader_windows.hpp"
#include "app/reader_unit.hpp"
#include "app/run_report.hpp"
#include "store/temperature_log.hpp"

namespace isotherm::app {

// From the counters alone, where there is no thread. `totals` is the sum of the rows of the sensor.
[[nodiscard]] SensorReport counted_sensor(const sensor::SensorSettings& settings,
                                          const std::string& reader,
                                          const core::SensorCounters& counters,
                                          const aggregate::SensorTotals& totals);
[[nodiscard]] ReaderReport counted_reader(const acquire::ReaderSettings& settings,
                                          const core::ReaderCounters& counters);

// `totals` is the sum of the rows of that sensor.
[[nodiscard]] SensorReport sensor_report(const ReaderUnit& unit, std::size_t sensor,
                                         const aggregate::SensorTotals& totals);

[[nodiscard]] ReaderReport reader_report(const ReaderUnit& unit);

}  // namespace isotherm::app
