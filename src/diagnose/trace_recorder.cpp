#include "diagnose/trace_recorder.hpp"

#include <algorithm>
#include <utility>

namespace isotherm::diagnose {
namespace {

// Their end is only known when what happened within them is over, and so recorded already.
bool is_around_others(core::TraceKind kind) {
  return kind == core::TraceKind::Slot || kind == core::TraceKind::Drain;
}

bool is_within_others(core::TraceKind kind) {
  return kind == core::TraceKind::Read || kind == core::TraceKind::Window;
}

void credit(TraceCounts& counts, TraceFate fate, std::uint64_t n) {
  switch (fate) {
    case TraceFate::Written:
      counts.written += n;
      break;
    case TraceFate::OverLimit:
      counts.over_limit += n;
      break;
    case TraceFate::Failed:
      counts.not_written += n;
      break;
  }
}

// As text: numbers beyond 2^53 are not exact in the viewers' JavaScript.
std::string wall_offset(const core::ClockReading& now) {
  return std::to_string((now.wall.time_since_epoch() - now.monotonic.time_since_epoch()).count());
}

}  // namespace

TraceCounts& TraceCounts::operator+=(const TraceCounts& other) noexcept {
  made += other.made;
  written += other.written;
  dropped_by_ring += other.dropped_by_ring;
  over_limit += other.over_limit;
  not_written += other.not_written;
  return *this;
}

TraceCounts TraceOutcome::events() const {
  TraceCounts sum;
  for (const TracedThread& thread : threads) {
    sum += thread.events;
  }
  return sum;
}

bool TraceOutcome::accounted_for() const {
  return std::all_of(threads.begin(), threads.end(), [](const TracedThread& thread) {
    return thread.events.identity_holds() && thread.slots.identity_holds();
  });
}

TraceRecorder::TraceRecorder(Settings settings, core::LogDirectory& directory,
                             const std::string& name, const core::Clock& clock,
                             const core::WallClock& wall_clock, Notify notify)
    : settings_(std::move(settings)),
      path_(directory.path() + "/" + name),
      clock_(&clock),
      wall_clock_(&wall_clock),
      notify_(std::move(notify)),
      text_(settings_.process_id),
      file_(std::make_unique<TraceFile>(directory, name, settings_.limit, kEndBytes)) {
  batch_.reserve(kBatchBytes + kEventBytesMost);
}

acquire::TraceLane& TraceRecorder::add_lane(TraceTrack track, std::size_t capacity) {
  // Tens, so that the track beside it has a number of its own. 0 is the process.
  track.id = static_cast<std::uint32_t>(10 * (lanes_.size() + 1));
  Lane& lane = lanes_.emplace_back();
  lane.held.reserve(track.sensors.size() + 1);
  lane.track = std::move(track);
  lane.ring = std::make_unique<acquire::TraceLane>(capacity);
  return *lane.ring;
}

void TraceRecorder::start() {
  std::string head;
  text_.append_head(head, settings_.process);
  for (const Lane& lane : lanes_) {
    text_.append_track(head, lane.track);
  }
  const core::ClockReading now = wall_clock_->read();
  text_.append_note(head, "trace begins", now.monotonic,
                    {{"isotherm", settings_.version},
                     {"clock", std::string{"CLOCK_MONOTONIC"}},
                     {"wall_minus_clock_ns", wall_offset(now)},
                     {"wall_clock_synced", std::uint64_t{now.synced}},
                     {"limit_bytes", file_->limit()}});
  tell_end_of_file(file_->append(head));
}

void TraceRecorder::work() {
  for (Lane& lane : lanes_) {
    empty(lane);
  }
}

void TraceRecorder::empty(Lane& lane) {
  lane.ring->drain([this, &lane](const core::TraceRecord& record) { take(lane, record); });
  tell_drops(lane);
  commit(lane);
}

// Brings records into the order of their starts: what is around others goes before them. A viewer
// makes the first of two events that start together the outer one.
void TraceRecorder::take(Lane& lane, const core::TraceRecord& record) {
  if (is_within_others(record.kind())) {
    const bool other_slot = !lane.held.empty() && lane.held.front().slot != record.slot;
    if (other_slot || lane.held.size() >= kHeldMost) {
      release(lane);  // the ring was full when its slot came
    }
    lane.held.push_back(record);
    return;
  }
  if (is_around_others(record.kind()) && !lane.held.empty() &&
      record.start_ns <= lane.held.front().start_ns) {
    add(lane, record);
    release(lane);
    return;
  }
  release(lane);
  add(lane, record);
}

void TraceRecorder::release(Lane& lane) {
  for (const core::TraceRecord& record : lane.held) {
    add(lane, record);
  }
  lane.held.clear();
}

void TraceRecorder::add(Lane& lane, const core::TraceRecord& record) {
  // Beyond the end of the file nothing needs to become text.
  if (file_->state() == TraceFate::Written) {
    text_.append_record(batch_, lane.track, record);
  }
  ++batch_events_;
  batch_slots_ += record.slots();
  if (batch_.size() >= kBatchBytes) {
    commit(lane);
  }
}

void TraceRecorder::commit(Lane& lane) {
  if (batch_events_ == 0 && batch_.empty()) {
    return;
  }
  const TraceFate fate = file_->append(batch_);
  credit(lane.events, fate, batch_events_);
  credit(lane.slots, fate, batch_slots_);
  batch_.clear();
  batch_events_ = 0;
  batch_slots_ = 0;
  tell_end_of_file(fate);
}

void TraceRecorder::tell_drops(Lane& lane) {
  const std::uint64_t dropped = lane.ring->dropped();
  if (dropped == lane.dropped_told || file_->state() != TraceFate::Written) {
    return;
  }
  lane.dropped_told = dropped;
  text_.append_counter(batch_, lane.track.thread + " events dropped", clock_->now(), dropped);
}

void TraceRecorder::tell_end_of_file(TraceFate fate) {
  if (fate == TraceFate::Written || std::exchange(told_, true)) {
    return;
  }
  if (fate == TraceFate::OverLimit) {
    notify_("trace: " + path_ + " has reached its limit of " + std::to_string(settings_.limit) +
            " bytes (--trace-limit); what comes now is counted only");
  } else {
    notify_("trace: cannot write " + path_ + ": " + file_->error() +
            "; it ends here, and sampling goes on");
  }
}

std::vector<TraceText::Argument> TraceRecorder::end_arguments() const {
  TraceCounts sum;
  for (const Lane& lane : lanes_) {
    sum += lane.events;
  }
  return {{"events_made", sum.made},
          {"events_written", sum.written},
          {"events_dropped_by_ring", sum.dropped_by_ring},
          {"events_over_limit", sum.over_limit},
          {"events_not_written", sum.not_written},
          {"wall_minus_clock_ns", wall_offset(wall_clock_->read())}};
}

TraceOutcome TraceRecorder::finish() {
  work();
  for (Lane& lane : lanes_) {
    release(lane);
    commit(lane);
    lane.events.dropped_by_ring = lane.ring->dropped();
    lane.events.made = lane.ring->made();
    lane.slots.dropped_by_ring = lane.ring->slots_dropped();
  }
  std::string end;
  text_.append_note(end, "trace ends", clock_->now(), end_arguments());
  TraceOutcome outcome;
  outcome.complete = file_->finish(end);
  outcome.path = path_;
  outcome.bytes = file_->size();
  outcome.limit = settings_.limit;
  outcome.error = file_->error();
  for (const Lane& lane : lanes_) {
    outcome.threads.push_back({.thread = lane.track.thread,
                               .reader = lane.track.reader,
                               .events = lane.events,
                               .slots = lane.slots});
  }
  return outcome;
}

}  // namespace isotherm::diagnose
