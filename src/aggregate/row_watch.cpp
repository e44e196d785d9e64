#include "aggregate/row_watch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ratio>
#include <utility>

namespace isotherm::aggregate {
namespace {

using core::Event;
using core::Row;
using core::Severity;

// Missed slots make a burst from one in so many on.
constexpr std::uint64_t kBurstShare = 10;

double seconds_of(core::Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// "0.1 s", "12 s", "3 min", "5 h": how long a trouble lasted, for a sentence.
std::string about(core::Nanoseconds time) {
  using namespace std::chrono_literals;
  using Tenths = std::chrono::duration<std::int64_t, std::deci>;
  if (time < 2min) {
    const std::int64_t tenths = std::chrono::round<Tenths>(time).count();
    if (tenths == 0) {
      return "less than 0.1 s";
    }
    const std::string decimal = tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10);
    return std::to_string(tenths / 10) + decimal + " s";
  }
  if (time < 2h) {
    return std::to_string(std::chrono::round<std::chrono::minutes>(time).count()) + " min";
  }
  return std::to_string(std::chrono::round<std::chrono::hours>(time).count()) + " h";
}

std::string fault_list(const core::FaultCounts& faults) {
  std::string text;
  for (std::size_t i = 1; i < faults.size(); ++i) {
    if (faults.at(i) > 0) {
      text += (text.empty() ? "" : ";") +
              std::string(core::fault_word(static_cast<core::Fault>(i))) + ":" +
              std::to_string(faults.at(i));
    }
  }
  return text;
}

Event event_at(core::WallTime time, core::Nanoseconds uptime, Severity severity, const char* kind) {
  Event event;
  event.time = time;
  event.uptime = uptime;
  event.severity = severity;
  event.kind = kind;
  return event;
}

void add_field(Event& event, const char* name, Event::Value value) {
  event.fields.emplace_back(name, std::move(value));
}

void add_count(Event& event, const char* name, std::uint64_t count) {
  add_field(event, name, static_cast<std::int64_t>(count));
}

// What every stretch that has ended says of itself.
void add_stretch(Event& event, const TroubleStretch& stretch) {
  add_field(event, "duration_s", seconds_of(stretch.length()));
  add_count(event, "scheduled", stretch.counts.scheduled);
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return std::to_string(part) + " of " + std::to_string(whole);
}

bool has_ended(const TroubleStretch& stretch, const Row& row) {
  return stretch.open && row.uptime - stretch.troubled_until >= RowWatch::kQuiet;
}

void close_last_window(TroubleStretch& stretch, core::Nanoseconds end) {
  if (stretch.open && !std::exchange(stretch.last_window_over, true)) {
    stretch.troubled_until = std::max(stretch.troubled_until, end);
  }
}

}  // namespace

void TroubleStretch::add(const Row& row) {
  if (!open) {
    *this = {};
    open = true;
    from = row.time;
    from_uptime = row.uptime;
  }
  troubled_until = row.uptime;
  last_window_over = false;
  counts += row.counts;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    faults.at(i) += row.faults.at(i);
  }
  if (row.lateness) {
    late_max = std::max(late_max, row.lateness->max);
  }
}

core::Nanoseconds TroubleStretch::length() const {
  return std::chrono::round<std::chrono::milliseconds>(troubled_until - from_uptime);
}

RowWatch::RowWatch(const std::vector<Reader>& readers, core::Nanoseconds window,
                   core::EventSink& events)
    : window_(window), events_(events) {
  for (const Reader& reader : readers) {
    for (const std::string& sensor : reader.sensors) {
      Watched& watched = sensors_[sensor];
      watched.reader = reader.name;
      watched.speaks_for_reader = &sensor == &reader.sensors.front();
    }
  }
}

void RowWatch::write(Row row) {
  const auto found = sensors_.find(row.sensor);
  if (found == sensors_.end()) {
    return;
  }
  Watched& sensor = found->second;
  for (TroubleStretch* stretch :
       {&sensor.absence, &sensor.faults, &sensor.overruns, &sensor.drops}) {
    close_last_window(*stretch, row.uptime);  // a window ends where the row after it begins
  }
  watch_presence(sensor, row);
  watch_faults(sensor, row);
  if (sensor.speaks_for_reader) {
    watch_overruns(sensor, row);
  }
  watch_drops(sensor, row);
  sensor.last = std::move(row);
}

void RowWatch::finish(core::Nanoseconds end) {
  for (auto& [name, sensor] : sensors_) {
    for (TroubleStretch* stretch : {&sensor.faults, &sensor.overruns, &sensor.drops}) {
      close_last_window(*stretch, std::min(stretch->troubled_until + window_, end));
    }
    end_faults(sensor);
    end_overruns(sensor);
    end_drops(sensor);
  }
}

void RowWatch::watch_presence(Watched& sensor, const Row& row) {
  const std::uint64_t absent = row.faults.at(core::index_of(core::Fault::Absent));
  const bool all_absent = absent > 0 && row.counts.good == 0 && absent == row.counts.faulty;
  if (all_absent) {
    if (!sensor.absence.open) {
      Event lost = event_at(row.time, row.uptime, Severity::Error, "sensor_lost");
      add_field(lost, "sensor", row.sensor);
      add_field(lost, "reader", sensor.reader);
      add_field(lost, "words", "sensor \"" + row.sensor + "\" is lost: its device is not there");
      events_.write(lost);
    }
    sensor.absence.add(row);
  } else if (sensor.absence.open && row.counts.good > 0) {
    sensor.absence.troubled_until = row.uptime;
    const core::Nanoseconds away = sensor.absence.length();
    Event found = event_at(row.time, row.uptime, Severity::Info, "sensor_found");
    add_field(found, "sensor", row.sensor);
    add_field(found, "reader", sensor.reader);
    add_field(found, "duration_s", seconds_of(away));
    add_count(found, "faulty", sensor.absence.counts.faulty);
    add_field(found, "words", "sensor \"" + row.sensor + "\" is there again after " + about(away));
    events_.write(found);
    sensor.absence.open = false;
  }
}

// While a device is away, that is what was told, and no other fault.
void RowWatch::watch_faults(Watched& sensor, const Row& row) {
  if (row.counts.faulty > 0) {
    if (!sensor.faults.open && !sensor.absence.open) {
      Event began = event_at(row.time, row.uptime, Severity::Warning, "faults_began");
      add_field(began, "sensor", row.sensor);
      add_field(began, "reader", sensor.reader);
      add_count(began, "scheduled", row.counts.scheduled);
      add_count(began, "faulty", row.counts.faulty);
      add_field(began, "faults", fault_list(row.faults));
      add_field(began, "words",
                "sensor \"" + row.sensor + "\" has faults: " + fault_list(row.faults) + " in " +
                    std::to_string(row.counts.scheduled) + " readings");
      events_.write(began);
    }
    if (sensor.faults.open || !sensor.absence.open) {
      sensor.faults.add(row);
    }
  } else if (has_ended(sensor.faults, row)) {
    end_faults(sensor);
  }
}

void RowWatch::end_faults(Watched& sensor) {
  TroubleStretch& stretch = sensor.faults;
  if (!std::exchange(stretch.open, false)) {
    return;
  }
  Event ended = event_at(sensor.last.time, sensor.last.uptime, Severity::Info, "faults_ended");
  add_field(ended, "sensor", sensor.last.sensor);
  add_field(ended, "reader", sensor.reader);
  add_stretch(ended, stretch);
  add_count(ended, "faulty", stretch.counts.faulty);
  add_field(ended, "faults", fault_list(stretch.faults));
  add_field(ended, "words",
            "sensor \"" + sensor.last.sensor + "\" had faults for " + about(stretch.length()) +
                ": " + share(stretch.counts.faulty, stretch.counts.scheduled) + " readings, " +
                fault_list(stretch.faults));
  events_.write(ended);
}

void RowWatch::watch_overruns(Watched& sensor, const Row& row) {
  if (row.counts.missed > 0 && row.counts.missed * kBurstShare >= row.counts.scheduled) {
    sensor.overruns.add(row);
  } else if (has_ended(sensor.overruns, row)) {
    end_overruns(sensor);
  }
}

void RowWatch::end_overruns(Watched& sensor) {
  TroubleStretch& stretch = sensor.overruns;
  if (!std::exchange(stretch.open, false)) {
    return;
  }
  Event burst = event_at(stretch.from, stretch.from_uptime, Severity::Warning, "overrun_burst");
  add_field(burst, "reader", sensor.reader);
  add_stretch(burst, stretch);
  add_count(burst, "missed", stretch.counts.missed);
  add_field(burst, "late_max_us", seconds_of(stretch.late_max) * 1e6);
  add_field(burst, "words",
            "reader \"" + sensor.reader + "\" missed " +
                share(stretch.counts.missed, stretch.counts.scheduled) + " slots in " +
                about(stretch.length()));
  events_.write(burst);
}

void RowWatch::watch_drops(Watched& sensor, const Row& row) {
  if (row.counts.dropped > 0) {
    sensor.drops.add(row);
  } else if (has_ended(sensor.drops, row)) {
    end_drops(sensor);
  }
}

void RowWatch::end_drops(Watched& sensor) {
  TroubleStretch& stretch = sensor.drops;
  if (!std::exchange(stretch.open, false)) {
    return;
  }
  Event dropped = event_at(stretch.from, stretch.from_uptime, Severity::Error, "samples_dropped");
  add_field(dropped, "sensor", sensor.last.sensor);
  add_field(dropped, "reader", sensor.reader);
  add_stretch(dropped, stretch);
  add_count(dropped, "dropped", stretch.counts.dropped);
  add_field(dropped, "words",
            "sensor \"" + sensor.last.sensor +
                "\": " + share(stretch.counts.dropped, stretch.counts.scheduled) +
                " readings found the ring full and were dropped");
  events_.write(dropped);
}

}  // namespace isotherm::aggregate
