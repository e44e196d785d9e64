#include "app/station_report.hpp"

namespace isotherm::app {
namespace {

ThreadReport thread_report(const os::RealtimeThread& thread, const os::ThreadUsage& usage,
                           const std::optional<os::ThreadUsage>& warm) {
  ThreadReport report;
  report.voluntary_switches = usage.voluntary_switches;
  report.involuntary_switches = usage.involuntary_switches;
  report.minor_faults = usage.minor_faults;
  report.major_faults = usage.major_faults;
  if (warm) {
    report.faults_after_start =
        usage.minor_faults + usage.major_faults - warm->minor_faults - warm->major_faults;
  }
  report.migrations = usage.migrations;
  report.cpu_time = usage.cpu_time;
  report.core = static_cast<unsigned>(usage.core);
  report.affinity = thread.readback().affinity.text();
  report.policy = std::string{usage.policy_word()};
  report.priority = usage.priority;
  return report;
}

}  // namespace

SensorReport counted_sensor(const sensor::SensorSettings& settings, const std::string& reader,
                            const core::SensorCounters& counters,
                            const aggregate::SensorTotals& totals) {
  SensorReport report;
  report.name = settings.name;
  report.reader = reader;
  report.unit = settings.unit;
  report.counted_by_reader = {.scheduled = counters.scheduled.load(),
                              .good = counters.good.load(),
                              .faulty = counters.faulty.load(),
                              .missed = counters.missed.load(),
                              .dropped = counters.dropped.load()};
  report.counted_in_rows = totals.counts;
  report.faults = totals.faults;
  report.statistics = totals.statistics.summary();
  return report;
}

ReaderReport counted_reader(const acquire::ReaderSettings& settings,
                            const core::ReaderCounters& counters) {
  ReaderReport report;
  report.name = settings.name;
  report.period = settings.period;
  report.slots = counters.slots.load();
  report.missed_slots = counters.missed_slots.load();
  for (const core::SensorCounters& sensor : counters.sensors) {
    report.dropped += sensor.dropped.load();
  }
  report.late_p50 = counters.lateness.quantile(0.5);
  report.late_p99 = counters.lateness.quantile(0.99);
  report.late_p999 = counters.lateness.quantile(0.999);
  report.late_max = counters.lateness.max();
  report.busy_p50 = counters.busy.quantile(0.5);
  report.busy_p99 = counters.busy.quantile(0.99);
  report.busy_max = counters.busy.max();
  report.stopped_by_overrun = counters.stopped_by_overrun.load();
  return report;
}

SensorReport sensor_report(const ReaderUnit& unit, std::size_t sensor,
                           const aggregate::SensorTotals& totals) {
  return counted_sensor(unit.planned.sensors[sensor], unit.planned.settings.name,
                        unit.counters.sensors[sensor], totals);
}

ReaderReport reader_report(const ReaderUnit& unit) {
  ReaderReport report = counted_reader(unit.planned.settings, unit.counters);
  if (unit.final_usage) {
    report.thread = thread_report(*unit.thread, *unit.final_usage, unit.warm_usage);
  }
  return report;
}

}  // namespace isotherm::app
