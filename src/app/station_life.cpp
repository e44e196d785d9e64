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

std::int64_t count_field(std::uint64_t count) { return static_cast<std::int64_t>(count); }

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
  core::Event event = event_now("stop", now);
  event.fields = {{"version", std::string{ISOTHERM_VERSION}},
                  {"duration_s", std::chrono::duration<double>(elapsed).count()},
                  {"scheduled", count_field(counts.scheduled)},
                  {"good", count_field(counts.good)},
                  {"faulty", count_field(counts.faulty)},
                  {"missed", count_field(counts.missed)},
                  {"dropped", count_field(counts.dropped)}};
  return event;
}

std::optional<core::Event> DailyWrites::since_last(const core::ClockReading& now,
                                                   std::uint64_t bytes, std::uint64_t rows,
                                                   core::Nanoseconds least) {
  const core::Nanoseconds length = now.monotonic - since_;
  if (length < least) {
    return std::nullopt;
  }
  core::Event event = event_now("writes", now);
  event.fields = {{"duration_s", std::chrono::duration<double>(length).count()},
                  {"bytes", count_field(bytes - bytes_)},
                  {"rows", count_field(rows - rows_)}};
  since_ = now.monotonic;
  bytes_ = bytes;
  rows_ = rows;
  return event;
}

}  // namespace isotherm::app
