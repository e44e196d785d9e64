#include "aggregate/reader_windows.hpp"

#include <algorithm>
#include <cassert>
#include <span>
#include <utility>

namespace isotherm::aggregate {
namespace {

// Samples in one call of the tap: 16 KiB, which stay in the cache.
constexpr std::size_t kTapBatch = 512;

}  // namespace

ReaderWindows::ReaderWindows(ReaderFeed feed) : feed_(std::move(feed)) {
  assert(feed_.ring != nullptr && feed_.counters != nullptr);
  assert(feed_.period > core::Nanoseconds{0} && !feed_.sensors.empty());
  assert(feed_.counters->sensors.size() == feed_.sensors.size());
}

void ReaderWindows::tap(core::SampleSink& samples, std::size_t reader) {
  tap_ = &samples;
  tap_reader_ = reader;
  tapped_.reserve(kTapBatch);
}

void ReaderWindows::start(core::MonotonicTime origin, WindowTimeline& timeline) {
  grid_ = SlotGrid{origin, feed_.period};
  const std::uint64_t end_slot = grid_.first_slot_from(timeline.window(0).end);
  sensors_.clear();
  sensors_.reserve(feed_.sensors.size());
  for (const SensorFeed& sensor : feed_.sensors) {
    assert(sensor.every > 0);
    sensors_.push_back(SensorState{SensorWindow{sensor.every, end_slot}, 0, 0, {}});
  }
  totals_.assign(feed_.sensors.size(), SensorTotals{});
  window_to_write_ = 0;
  done_ = false;
}

void ReaderWindows::tick(WindowTimeline& timeline, core::RowSink& sink) {
  if (!done_) {
    advance(timeline, sink, load_progress());
  }
}

void ReaderWindows::finish(WindowTimeline& timeline, core::RowSink& sink) {
  if (!done_) {
    Progress progress = load_progress();
    progress.finished = true;
    advance(timeline, sink, progress);
  }
}

core::MonotonicTime ReaderWindows::in_use_until() const noexcept {
  std::uint64_t unread_slot = 0;
  for (const SensorState& sensor : sensors_) {
    unread_slot = std::max(unread_slot, sensor.open.unread_slot());
  }
  return unread_slot == 0 ? core::MonotonicTime::min()
                          : grid_.time_of(unread_slot - 1) + core::Nanoseconds{1};
}

std::optional<std::uint64_t> ReaderWindows::window_needed() const noexcept {
  return done_ ? std::nullopt : std::optional{window_to_write_};
}

std::optional<LatestSample> ReaderWindows::latest(std::size_t sensor) const {
  return sensor < sensors_.size() ? sensors_[sensor].open.latest() : std::nullopt;
}

// The order matters. `finished` before `next_slot`: then that one is final. `next_slot` before the
// counts of drops: its acquire makes visible all drops of the slots below it. And all of them
// before the ring is emptied: a sample that this drain does not see cannot be of a slot below
// `next_slot`.
ReaderWindows::Progress ReaderWindows::load_progress() {
  Progress progress;
  progress.finished = feed_.counters->finished.load(std::memory_order_acquire);
  progress.next_slot = feed_.counters->next_slot.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    sensors_[i].dropped_published =
        static_cast<std::uint32_t>(feed_.counters->sensors[i].dropped.load());
  }
  return progress;
}

void ReaderWindows::advance(WindowTimeline& timeline, core::RowSink& sink, Progress progress) {
  follow(timeline);
  if (tap_ == nullptr) {
    drain(timeline);
  } else {
    drain_tapped(timeline);
  }
  close_passed(progress.next_slot, timeline);
  if (progress.finished) {
    close_partial(progress.next_slot, timeline);
    done_ = true;
  }
  write_rows(timeline, sink, progress.finished);
}

// The latest observation of the clocks may have moved the end of the open windows.
void ReaderWindows::follow(WindowTimeline& timeline) {
  for (SensorState& sensor : sensors_) {
    sensor.open.move_end(grid_.first_slot_from(timeline.window(sensor.window).end));
  }
}

// Flattened: the queue calls its consumer from three places, so the compiler would not inline it
// and pay a call a sample (4.7 instead of 6.0 ns).
[[gnu::flatten]] void ReaderWindows::drain(WindowTimeline& timeline) {
  const std::span sensors{sensors_};
  feed_.ring->drain([this, &timeline, sensors](const core::Sample& sample) {
    assert(sample.sensor < sensors.size());
    SensorState& sensor = sensors[sample.sensor];
    if (sample.slot >= sensor.open.end_slot()) [[unlikely]] {
      close_before(sensor, sample, timeline);
    }
    sensor.open.add(sample);
  });
}

// The same, with a copy of each sample. By itself, so that who wants none does not pay for asking.
[[gnu::flatten]] void ReaderWindows::drain_tapped(WindowTimeline& timeline) {
  const std::span sensors{sensors_};
  feed_.ring->drain([this, &timeline, sensors](const core::Sample& sample) {
    assert(sample.sensor < sensors.size());
    SensorState& sensor = sensors[sample.sensor];
    if (sample.slot >= sensor.open.end_slot()) [[unlikely]] {
      close_before(sensor, sample, timeline);
    }
    sensor.open.add(sample);
    tapped_.push_back(sample);
    if (tapped_.size() == kTapBatch) [[unlikely]] {
      pass_on_tapped();
    }
  });
  pass_on_tapped();
}

[[gnu::noinline]] void ReaderWindows::pass_on_tapped() {
  if (!tapped_.empty()) {
    tap_->take(tap_reader_, tapped_);
    tapped_.clear();
  }
}

// The sample is of a later window; everything before that one is now known.
[[gnu::noinline]] void ReaderWindows::close_before(SensorState& sensor, const core::Sample& sample,
                                                   WindowTimeline& timeline) {
  while (sample.slot >= sensor.open.end_slot()) {
    close(sensor, sample.dropped_total, timeline);
  }
}

void ReaderWindows::close(SensorState& sensor, std::uint32_t dropped_total,
                          WindowTimeline& timeline) {
  ++sensor.window;
  const std::uint64_t next_end = grid_.first_slot_from(timeline.window(sensor.window).end);
  sensor.closed.push_back(sensor.open.close(dropped_total, next_end));
}

void ReaderWindows::close_passed(std::uint64_t next_slot, WindowTimeline& timeline) {
  for (SensorState& sensor : sensors_) {
    while (sensor.open.end_slot() <= next_slot &&
           timeline.window(sensor.window).end <= timeline.observed()) {
      close(sensor, sensor.dropped_published, timeline);
    }
  }
}

// Slots from `next_slot` on were never scheduled, except that a reader which did not come to the
// end of its last slot may have pushed some of that one's samples. A window that begins behind all
// of these has no row.
void ReaderWindows::close_partial(std::uint64_t next_slot, WindowTimeline& timeline) {
  std::uint64_t reader_end = next_slot;
  for (const SensorState& sensor : sensors_) {
    reader_end = std::max(reader_end, sensor.open.unread_slot());
  }
  assert(reader_end <= next_slot + 1);
  for (SensorState& sensor : sensors_) {
    const std::uint64_t sensor_end = std::max(next_slot, sensor.open.unread_slot());
    while (grid_.first_slot_from(timeline.window(sensor.window).begin) < reader_end) {
      sensor.open.move_end(
          std::max(sensor.open.begin_slot(), std::min(sensor.open.end_slot(), sensor_end)));
      close(sensor, sensor.dropped_published, timeline);
    }
  }
}

void ReaderWindows::write_rows(WindowTimeline& timeline, core::RowSink& sink, bool finished) {
  std::size_t ready = sensors_.front().closed.size();
  for (const SensorState& sensor : sensors_) {
    ready = std::min(ready, sensor.closed.size());
  }
  std::size_t written = 0;
  for (; written < ready; ++written) {
    const Window& window = timeline.window(window_to_write_);
    if (window.end > timeline.observed() && !finished) {
      break;
    }
    const core::ClockState clock = timeline.state_of(window);
    for (std::size_t i = 0; i < sensors_.size(); ++i) {
      write_row(i, sensors_[i].closed[written], window, clock, sink);
    }
    ++window_to_write_;
  }
  for (SensorState& sensor : sensors_) {
    sensor.closed.erase(sensor.closed.begin(),
                        sensor.closed.begin() + static_cast<std::ptrdiff_t>(written));
  }
}

void ReaderWindows::write_row(std::size_t sensor, const ClosedWindow& closed, const Window& window,
                              core::ClockState clock, core::RowSink& sink) {
  SensorTotals& totals = totals_[sensor];
  totals.counts += closed.counts;
  for (std::size_t i = 0; i < core::kFaultCount; ++i) {
    totals.faults[i] += closed.faults[i];
  }
  totals.statistics.merge(closed.statistics);
  if (closed.lateness) {
    totals.lateness_max = std::max(totals.lateness_max, closed.lateness->max);
  }
  ++totals.rows;

  core::Row row;
  row.time = window.label;
  row.uptime = window.begin.time_since_epoch();
  row.sensor = feed_.sensors[sensor].name;
  row.unit = feed_.sensors[sensor].unit;
  row.counts = closed.counts;
  row.statistics = closed.statistics.summary();
  row.lateness = closed.lateness;
  row.clock = clock;
  row.faults = closed.faults;
  sink.write(std::move(row));
}

}  // namespace isotherm::aggregate
