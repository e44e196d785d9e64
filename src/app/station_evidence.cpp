#include "app/station_evidence.hpp"

#include <algorithm>
#include <utility>

#include "app/worst_slot_words.hpp"

namespace isotherm::app {

StationEvidence::StationEvidence(const std::vector<std::unique_ptr<ReaderUnit>>& units,
                                 core::EventSink& events, const core::Clock& clock,
                                 const core::WallClock& wall_clock)
    : units_(units), events_(events), clock_(clock), wall_clock_(wall_clock) {}

void StationEvidence::begin(core::MonotonicTime origin) {
  std::vector<diagnose::WatchedReader> readers;
  for (const auto& unit : units_) {
    const os::ThreadReadback& thread = unit->thread->readback();
    diagnose::WatchedReader reader;
    reader.period = unit->planned.settings.period;
    for (const sensor::SensorSettings& sensor : unit->planned.sensors) {
      reader.sensors.push_back(sensor.name);
    }
    const auto cores = thread.affinity.cores();
    reader.thread = {.thread = thread.tid,
                     .cores = {cores.begin(), cores.end()},
                     .policy = thread.policy,
                     .priority = thread.priority};
    reader.counters = &unit->counters;
    reader.worst_slots = &unit->worst_slots;
    readers.push_back(std::move(reader));
  }
  watch_.emplace(files_, clock_, wall_clock_, std::move(readers), origin);
}

void StationEvidence::look(core::MonotonicTime due) { write(watch_->look(due)); }

void StationEvidence::finish() { write(watch_->finish()); }

void StationEvidence::report(RunReport& report) const {
  for (std::size_t i = 0; i < units_.size(); ++i) {
    report.readers[i].evidence = watch_->evidence()[i];
    report.readers[i].worst_slots_lost = units_[i]->worst_slots.lost();
  }
}

void StationEvidence::write(const std::vector<diagnose::JudgedSlot>& slots) {
  for (const diagnose::JudgedSlot& slot : slots) {
    events_.write(worst_slot_event(slot, units_[slot.reader]->planned.settings.name));
  }
}

bool keeps_evidence(const std::vector<std::unique_ptr<ReaderUnit>>& units) {
  return std::any_of(units.begin(), units.end(),
                     [](const auto& unit) { return unit->worst_slots.kept() > 0; });
}

}  // namespace isotherm::app
