#include "app/default_station.hpp"

#include <algorithm>
#include <vector>

#include "sensor/discovery.hpp"
#include "settings/default_configuration.hpp"

namespace isotherm::app {
namespace {

// A board's own sensors answer in microseconds to milliseconds, a laptop's embedded controller in
// tens of milliseconds: five times a second is within reach of all of them.
constexpr core::Nanoseconds kPeriod = std::chrono::milliseconds{200};

// More would only make the first look at the program unreadable.
constexpr std::size_t kSensorLimit = 16;

settings::Configuration of_machine(const std::vector<sensor::FoundSensor>& found) {
  settings::Configuration configuration;
  settings::ReaderPlan plan;
  plan.reader.name = "machine";
  plan.reader.period = kPeriod;
  for (const sensor::FoundSensor& one : found) {
    sensor::SensorSettings settings;
    settings.name = one.suggested_name;
    settings.driver = one.driver;
    settings.device = one.device;
    settings.input = one.input;
    plan.sensors.push_back(std::move(settings));
  }
  configuration.readers.push_back(std::move(plan));
  return configuration;
}

}  // namespace

DefaultStation default_station(const core::FileTree& files) {
  DefaultStation station;
  std::vector<sensor::FoundSensor> found = sensor::discover(files);
  // A 1-Wire thermometer takes 750 ms for a conversion; it wants a reader of its own, configured.
  std::erase_if(
      found, [](const sensor::FoundSensor& one) { return one.driver == sensor::DriverKind::W1; });
  const std::size_t count = found.size();
  found.resize(std::min(count, kSensorLimit));
  if (found.empty()) {
    station.configuration = settings::default_simulation();
    station.note =
        "this machine shows no temperature sensor of its own (hwmon, thermal zones, IIO): running "
        "three SIMULATED ones";
  } else {
    station.configuration = of_machine(found);
    station.note = "no configuration given: running " + std::to_string(found.size()) + " of " +
                   std::to_string(count) +
                   " temperature sensors found on this machine (`isotherm sensors` lists them)";
  }
  station.configuration.station.realtime = settings::Realtime::BestEffort;
  station.configuration.log.directory = "isotherm-logs";
  return station;
}

}  // namespace isotherm::app
