#include "app/plan.hpp"

#include <algorithm>

#include "core/reader_counters.hpp"
#include "ring/ring_size.hpp"

namespace isotherm::app {
namespace {

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

// A fifth of the period: enough for a handful of kernel attributes at any sensible rate, and five
// such readers still pass the kernel's admission test on one core.
constexpr int kRuntimeShare = 5;

PlannedReader plan_reader(const settings::ReaderPlan& wanted, core::Nanoseconds stall_budget) {
  PlannedReader planned;
  planned.settings = wanted.reader;
  planned.sensors = wanted.sensors;
  planned.runtime = wanted.reader.runtime > core::Nanoseconds{0}
                        ? wanted.reader.runtime
                        : wanted.reader.period / kRuntimeShare;
  std::vector<std::uint32_t> every;
  for (const sensor::SensorSettings& sensor : wanted.sensors) {
    every.push_back(sensor.every);
  }
  planned.ring_capacity = ring::ring_capacity(wanted.reader.period, stall_budget, every);
  planned.ring_bytes = ring::ring_bytes(planned.ring_capacity);
  planned.memory_bytes = planned.ring_bytes + kReaderStackBytes + sizeof(core::ReaderCounters) +
                         planned.sensors.size() * sizeof(core::SensorCounters);
  return planned;
}

}  // namespace

std::size_t StationPlan::sensor_count() const {
  std::size_t count = 0;
  for (const PlannedReader& reader : readers) {
    count += reader.sensors.size();
  }
  return count;
}

StationPlan make_plan(const settings::Configuration& configuration, const Placement& placement) {
  StationPlan plan;
  plan.configuration = configuration;
  plan.housekeeping = placement.housekeeping;
  plan.notes = placement.notes;
  std::vector<acquire::ReaderSettings> settings;
  for (const settings::ReaderPlan& reader : configuration.readers) {
    settings.push_back(reader.reader);
  }
  const std::vector<int> priorities = assign_priorities(settings);
  for (std::size_t i = 0; i < configuration.readers.size(); ++i) {
    plan.readers.push_back(
        plan_reader(configuration.readers[i], configuration.station.stall_budget));
    PlannedReader& planned = plan.readers.back();
    planned.cores = placement.reader_cores[i];
    planned.priority = priorities[i];
    plan.memory_bytes += planned.memory_bytes;
  }
  return plan;
}

std::vector<Problem> plan_problems(const StationPlan& plan) {
  std::vector<Problem> problems;
  std::uint64_t total = 0;
  for (const PlannedReader& reader : plan.readers) {
    total += reader.ring_bytes;
    if (reader.ring_bytes > ring::kRingBytesMax) {
      problems.push_back(
          {.exit_code = core::ExitCode::Config,
           .what = "reader \"" + reader.settings.name + "\" needs a ring of " +
                   mebibytes(reader.ring_bytes) + ", more than the limit of " +
                   mebibytes(ring::kRingBytesMax),
           .where = reader.settings.where,
           .mend = "lower its rate, give it fewer sensors, or lower station.stall_budget"});
    }
  }
  // A ring that is too large by itself is to be mended first, and may mend the sum.
  if (problems.empty() && total > ring::kRingBytesTotalMax) {
    problems.push_back(
        {.exit_code = core::ExitCode::Config,
         .what = "the rings of all readers need " + mebibytes(total) +
                 " together, more than the limit of " + mebibytes(ring::kRingBytesTotalMax),
         .where = plan.configuration.file,
         .mend = "lower station.stall_budget, or the readers' rates or numbers of sensors"});
  }
  return problems;
}

}  // namespace isotherm::app
