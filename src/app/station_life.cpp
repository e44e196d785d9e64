#include "app/station_life.hpp"

#include <spdlog/fmt/fmt.h>

#include <chrono>

#include "app/words.hpp"
#include "os/boot_id.hpp"

namespace isotherm::app {
namespace {

core::Event event_now(const char* kind, const core::ClockReading& now) {
  core::Event event;
  event.time = now.wall;
  event.uptime = now.monotonic.time_since_epoch();
  event.kind = kind;
  return event;
}

// "fast: 2 sensors at 1 kHz on core 2"
std::string reader_words(const PlannedReader& reader) {
  return fmt::format("{}: {} {} at {} on core {}", reader.settings.name, reader.sensors.size(),
                     reader.sensors.size() == 1 ? "sensor" : "sensors",
                     rate_words(reader.settings.period), reader.cores.text());
}

}  // namespace

core::Event start_event(const StationPlan& plan, const core::ClockReading& now) {
  std::string readers;
  for (const PlannedReader& reader : plan.readers) {
    readers += (readers.empty() ? "" : "; ") + reader_words(reader);
  }
  core::Event event = event_now("start", now);
  event.fields = {
      {"version", std::string{ISOTHERM_VERSION}},
      {"station", plan.configuration.station.name},
      {"boot", os::boot_id()},
      {"synced", now.synced},
      {"window_s", std::chrono::duration<double>(plan.configuration.window.length).count()},
      {"plan", readers}};
  return event;
}

core::Event stop_event(const std::vector<std::vector<aggregate::SensorTotals>>& totals,
                       core::Nanoseconds elapsed, const core::ClockReading& now) {
  core::SlotCounts counts;
  for (const auto& reader : totals) {
    for (const aggregate::SensorTotals& sensor : reader) {
      counts += sensor.counts;
    }
  }
  const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
  core::Event event = event_now("stop", now);
  event.fields = {{"version", std::string{ISOTHERM_VERSION}},
                  {"duration_s", std::chrono::duration<double>(elapsed).count()},
                  {"scheduled", number(counts.scheduled)},
                  {"good", number(counts.good)},
                  {"faulty", number(counts.faulty)},
                  {"missed", number(counts.missed)},
                  {"dropped", number(counts.dropped)}};
  return event;
}

}  // namespace isotherm::app
