#include "diagnose/worst_slot_watch.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::diagnose {
namespace {

using acquire::SlotRecord;
using core::Nanoseconds;

// A slot's record comes within the next look, and one more if the reader was still at it.
constexpr Nanoseconds kSettled = 3 * WorstSlotWatch::kInterval;

std::vector<ReaderThread> threads_of(const std::vector<WatchedReader>& readers) {
  std::vector<ReaderThread> threads;
  threads.reserve(readers.size());
  for (const WatchedReader& reader : readers) {
    threads.push_back(reader.thread);
  }
  return threads;
}

// Keeps `slots` sorted, the worst first, and no longer than `most`.
void insert(std::vector<JudgedSlot>& slots, JudgedSlot slot, std::size_t most) {
  const auto place = std::find_if(slots.begin(), slots.end(), [&slot](const JudgedSlot& other) {
    return other.facts.done() < slot.facts.done();
  });
  slots.insert(place, std::move(slot));
  if (slots.size() > most) {
    slots.pop_back();
  }
}

}  // namespace

WorstSlotWatch::WorstSlotWatch(const core::FileTree& files, const core::Clock& clock,
                               const core::WallClock& wall_clock,
                               std::vector<WatchedReader> readers, core::MonotonicTime origin)
    : clock_(clock),
      wall_clock_(wall_clock),
      readers_(std::move(readers)),
      origin_(origin),
      surroundings_(files, clock, threads_of(readers_)),
      stretches_(readers_.size()),
      evidence_(readers_.size()) {
  surroundings_.look(clock_.now());
}

core::MonotonicTime WorstSlotWatch::time_of(std::size_t reader, std::uint64_t slot) const {
  return origin_ + readers_[reader].period * static_cast<std::int64_t>(slot);
}

std::vector<JudgedSlot> WorstSlotWatch::look(core::MonotonicTime due) {
  // First what the readers say, then the look: it was taken after the slots that it is held to.
  std::vector<std::pair<std::size_t, SlotRecord>> records;
  for (std::size_t reader = 0; reader < readers_.size(); ++reader) {
    readers_[reader].worst_slots->drain(
        [&records, reader](const SlotRecord& record) { records.emplace_back(reader, record); });
  }
  surroundings_.look(due);
  std::vector<JudgedSlot> closed;
  bool quiet = true;
  if (!records.empty()) {
    const core::ClockReading now = wall_clock_.read();
    const Nanoseconds to_wall = now.wall.time_since_epoch() - now.monotonic.time_since_epoch();
    for (const auto& [reader, record] : records) {
      JudgedSlot slot = judged(reader, record, to_wall);
      quiet = quiet && slot.judgement.cause == Cause::WithinUsual;
      keep(std::move(slot), closed);
    }
  }
  if (quiet) {
    surroundings_.learn();
  }
  const core::MonotonicTime settled = clock_.now() - kSettled;
  for (std::size_t reader = 0; reader < readers_.size(); ++reader) {
    const auto over =
        settled > origin_
            ? static_cast<std::uint64_t>((settled - origin_) / readers_[reader].period)
            : 0;
    if (!stretches_[reader].slots.empty() &&
        readers_[reader].worst_slots->stretch_of(over) > stretches_[reader].number) {
      close(reader, closed);
    }
  }
  return closed;
}

std::vector<JudgedSlot> WorstSlotWatch::finish() {
  std::vector<JudgedSlot> closed;
  for (std::size_t reader = 0; reader < readers_.size(); ++reader) {
    close(reader, closed);
  }
  return closed;
}

JudgedSlot WorstSlotWatch::judged(std::size_t reader, const SlotRecord& record,
                                  Nanoseconds monotonic_to_wall) {
  const WatchedReader& watched = readers_[reader];
  const core::MonotonicTime begin = time_of(reader, record.slot);
  JudgedSlot slot;
  slot.reader = reader;
  slot.slot = record.slot;
  slot.missed = record.missed;
  slot.time = core::WallTime{begin.time_since_epoch() + monotonic_to_wall};
  slot.facts.period = watched.period;
  slot.facts.lateness = record.lateness;
  slot.facts.busy = record.busy;
  slot.facts.usual_lateness = watched.counters->lateness.quantile(0.5);
  slot.facts.usual_busy = watched.counters->busy.quantile(0.5);
  slot.facts.costliest = record.costliest;
  slot.facts.sensors = watched.sensors.size();
  if (record.sensor < watched.sensors.size()) {
    slot.facts.sensor = watched.sensors[record.sensor];
  }
  if (beyond_usual(slot.facts.done(), slot.facts.usual(), watched.period)) {
    surroundings_.describe(reader, begin, slot.facts);
  }
  slot.judgement = judge(slot.facts);
  return slot;
}

void WorstSlotWatch::keep(JudgedSlot slot, std::vector<JudgedSlot>& closed) {
  const std::size_t reader = slot.reader;
  Stretch& stretch = stretches_[reader];
  const std::uint64_t number = readers_[reader].worst_slots->stretch_of(slot.slot);
  if (number != stretch.number) {
    close(reader, closed);
    stretch.number = number;
  }
  insert(stretch.slots, std::move(slot), readers_[reader].worst_slots->kept());
}

void WorstSlotWatch::close(std::size_t reader, std::vector<JudgedSlot>& closed) {
  std::vector<JudgedSlot> slots = std::move(stretches_[reader].slots);
  stretches_[reader].slots.clear();
  bool any = false;
  for (JudgedSlot& slot : slots) {
    ++evidence_[reader].causes[static_cast<std::size_t>(slot.judgement.cause)];
    insert(evidence_[reader].worst, slot, readers_[reader].worst_slots->kept());
    // The worst comes first, so where it is within the usual all are.
    if (slot.judgement.cause != Cause::WithinUsual || !any) {
      closed.push_back(std::move(slot));
    }
    any = true;
  }
}

}  // namespace isotherm::diagnose
