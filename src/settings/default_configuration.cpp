#include "settings/default_configuration.hpp"

#include <chrono>
#include <string>

namespace isotherm::settings {

namespace {

using namespace std::chrono_literals;

constexpr auto kWhere = "the built-in simulation";

ReaderPlan simulated(const std::string& reader, core::Nanoseconds period,
                     const std::string& sensor) {
  ReaderPlan plan;
  plan.reader.name = reader;
  plan.reader.period = period;
  plan.reader.where = kWhere;
  auto& settings = plan.sensors.emplace_back();
  settings.name = sensor;
  settings.where = kWhere;
  return plan;
}

}  // namespace

Configuration default_simulation() {
  Configuration configuration;
  configuration.station.realtime = Realtime::BestEffort;

  ReaderPlan fast = simulated("fast", 1ms, "burner");
  fast.sensors[0].sim.mean = 62.0;
  fast.sensors[0].sim.swing = 6.0;
  fast.sensors[0].sim.cycle = 20s;
  ReaderPlan mid = simulated("mid", 10ms, "inlet");
  mid.sensors[0].sim.mean = 35.0;
  mid.sensors[0].sim.swing = 3.0;
  ReaderPlan slow = simulated("slow", 100ms, "ambient");
  slow.sensors[0].sim.cycle = 5min;

  configuration.readers = {fast, mid, slow};
  return configuration;
}

}  // namespace isotherm::settings
