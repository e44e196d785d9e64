// Takes the worst slots that the readers hand over, has the machine looked at about ten times a
// second, and gives each slot the most likely cause from what changed between the two looks that
// hold it. Of each minute the N worst slots of a reader stay, and of the whole run likewise.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "acquire/worst_slots.hpp"
#include "core/reader_counters.hpp"
#include "core/time.hpp"
#include "diagnose/cause.hpp"
#include "diagnose/surroundings.hpp"

namespace isotherm::diagnose {

// A reader to be watched. What it points to outlives the watch.
struct WatchedReader {
  core::Nanoseconds period{0};
  std::vector<std::string> sensors;  // their names
  ReaderThread thread;
  const core::ReaderCounters* counters = nullptr;
  acquire::WorstSlots* worst_slots = nullptr;
};

struct JudgedSlot {
  std::size_t reader = 0;
  std::uint64_t slot = 0;
  std::uint64_t missed = 0;  // slots after it
  core::WallTime time;       // when it was to be read
  SlotFacts facts;
  Judgement judgement;
};

// Of one reader, over the run.
struct ReaderEvidence {
  std::vector<JudgedSlot> worst;  // at most as many as it keeps of a minute, the worst first
  // How many of the worst slots of the minutes had which cause, by Cause.
  std::array<std::uint64_t, kCauseCount> causes{};
};

class WorstSlotWatch {
 public:
  // How often look() is to be called.
  static constexpr core::Nanoseconds kInterval = std::chrono::milliseconds{100};

  // The ports outlive this. `origin` is the time of slot 0 of every reader.
  WorstSlotWatch(const core::FileTree& files, const core::Clock& clock,
                 const core::WallClock& wall_clock, std::vector<WatchedReader> readers,
                 core::MonotonicTime origin);

  // Housekeeping, one thread at a time. `due` is when this look was meant to be. Returns the worst
  // slots of the minutes that are over by now: those beyond the usual, or, where none was, the
  // one that was the worst.
  [[nodiscard]] std::vector<JudgedSlot> look(core::MonotonicTime due);
  // Of the minutes that are not over yet; for the end.
  [[nodiscard]] std::vector<JudgedSlot> finish();

  // By reader. Complete after finish().
  [[nodiscard]] const std::vector<ReaderEvidence>& evidence() const noexcept { return evidence_; }

 private:
  struct Stretch {
    std::uint64_t number = 0;
    std::vector<JudgedSlot> slots;  // the worst first
  };

  [[nodiscard]] JudgedSlot judged(std::size_t reader, const acquire::SlotRecord& record,
                                  core::Nanoseconds monotonic_to_wall);
  void keep(JudgedSlot slot, std::vector<JudgedSlot>& closed);
  void close(std::size_t reader, std::vector<JudgedSlot>& closed);
  [[nodiscard]] core::MonotonicTime time_of(std::size_t reader, std::uint64_t slot) const;

  const core::Clock& clock_;
  const core::WallClock& wall_clock_;
  std::vector<WatchedReader> readers_;
  core::MonotonicTime origin_;
  Surroundings surroundings_;
  std::vector<Stretch> stretches_;  // by reader: the minute that is not over yet
  std::vector<ReaderEvidence> evidence_;
};

}  // namespace isotherm::diagnose
