// The evidence of a running station: its readers' worst slots, watched, judged and written to the
// event log.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/reader_unit.hpp"
#include "app/run_report.hpp"
#include "core/clock.hpp"
#include "core/helper_threads.hpp"
#include "diagnose/worst_slot_watch.hpp"
#include "os/log_directory.hpp"
#include "os/sysfs_tree.hpp"
#include "store/event_log.hpp"

namespace isotherm::app {

class StationEvidence {
 public:
  static constexpr core::Nanoseconds kInterval = diagnose::WorstSlotWatch::kInterval;

  // `directory` is where the events go. All outlive this.
  StationEvidence(const std::vector<std::unique_ptr<ReaderUnit>>& units,
                  const std::string& directory, core::HelperThreads& threads,
                  const core::Clock& clock, const core::WallClock& wall_clock);

  // Once the readers' threads are there; `origin` is the time of their slot 0.
  void begin(core::MonotonicTime origin);
  // Housekeeping, one thread at a time, every kInterval; `due` is when it was meant to be.
  void look(core::MonotonicTime due);
  // After the last look. Fills in the readers' evidence, which are in the order of the units, and
  // how the event log came out.
  void finish(RunReport& report);

 private:
  void write(const std::vector<diagnose::JudgedSlot>& slots);

  const std::vector<std::unique_ptr<ReaderUnit>>& units_;
  const core::Clock& clock_;
  const core::WallClock& wall_clock_;
  os::SysfsTree files_;
  os::PosixLogDirectory directory_;
  store::EventLog log_;
  std::optional<diagnose::WorstSlotWatch> watch_;
};

// Whether any of the readers keeps its worst slots.
[[nodiscard]] bool keeps_evidence(const std::vector<std::unique_ptr<ReaderUnit>>& units);

}  // namespace isotherm::app
