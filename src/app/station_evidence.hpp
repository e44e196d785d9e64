// The evidence of a running station: its readers' worst slots, watched, judged and told as events.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/reader_unit.hpp"
#include "app/run_report.hpp"
#include "core/clock.hpp"
#include "core/event_sink.hpp"
#include "diagnose/worst_slot_watch.hpp"
#include "os/sysfs_tree.hpp"

namespace isotherm::app {

class StationEvidence {
 public:
  static constexpr core::Nanoseconds kInterval = diagnose::WorstSlotWatch::kInterval;

  // All outlive this.
  StationEvidence(const std::vector<std::unique_ptr<ReaderUnit>>& units, core::EventSink& events,
                  const core::Clock& clock, const core::WallClock& wall_clock);

  // Once the readers' threads are there; `origin` is the time of their slot 0.
  void begin(core::MonotonicTime origin);
  // Housekeeping, one thread at a time, every kInterval; `due` is when it was meant to be.
  void look(core::MonotonicTime due);
  // After the last look: the events of what was not judged yet.
  void finish();
  // Then: fills in the readers' evidence, which are in the order of the units.
  void report(RunReport& report) const;

 private:
  void write(const std::vector<diagnose::JudgedSlot>& slots);

  const std::vector<std::unique_ptr<ReaderUnit>>& units_;
  core::EventSink& events_;
  const core::Clock& clock_;
  const core::WallClock& wall_clock_;
  os::SysfsTree files_;
  std::optional<diagnose::WorstSlotWatch> watch_;
};

// Whether any of the readers keeps its worst slots.
[[nodiscard]] bool keeps_evidence(const std::vector<std::unique_ptr<ReaderUnit>>& units);

}  // namespace isotherm::app
