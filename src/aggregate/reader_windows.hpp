// The windows of one reader: empties its ring into the open window of each of its sensors, closes
// windows that the reader has passed, and writes their rows in order.
//
// A sensor goes on to its next window by itself when a sample from behind the end arrives; what is
// left (no later sample yet) closes once the reader's published `next_slot` has reached the end and
// the end has been observed to pass. Rows are written when all sensors of the reader have closed a
// window, so they come out window by window, and in a window sensor by sensor.
//
// Housekeeping; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "aggregate/reader_feed.hpp"
#include "aggregate/sensor_window.hpp"
#include "aggregate/slot_grid.hpp"
#include "aggregate/window_timeline.hpp"
#include "core/row_sink.hpp"
#include "core/sample_sink.hpp"

namespace isotherm::aggregate {

// The sum of all rows of one sensor.
struct SensorTotals {
  core::SlotCounts counts;
  core::FaultCounts faults{};
  RunningStatistics statistics;  // of the good samples
  core::Nanoseconds lateness_max{0};
  std::uint64_t rows = 0;
};

class ReaderWindows {
 public:
  explicit ReaderWindows(ReaderFeed feed);

  // Before start(): `samples`, which outlives this, is given what the ring holds, too, as samples
  // of reader number `reader`.
  void tap(core::SampleSink& samples, std::size_t reader);

  // `timeline` has been started; slot 0 is at `origin`.
  void start(core::MonotonicTime origin, WindowTimeline& timeline);

  // Empties the ring once and writes the rows of all windows that are over. `timeline` has observed
  // the present just before. When the reader has finished, its open window closes as well, partial,
  // and no more rows follow.
  void tick(WindowTimeline& timeline, core::RowSink& sink);

  // As tick(), for a reader whose thread has been joined; or, after a crash, for one that never
  // comes back. Of the slot in whose midst that one was left, a sample that was pushed counts.
  void finish(WindowTimeline& timeline, core::RowSink& sink);

  // An instant behind the slot of every sample taken so far.
  [[nodiscard]] core::MonotonicTime in_use_until() const noexcept;

  // The first window that is still to be written; nothing if there will be none.
  [[nodiscard]] std::optional<std::uint64_t> window_needed() const noexcept;

  [[nodiscard]] const ReaderFeed& feed() const noexcept { return feed_; }
  [[nodiscard]] const std::vector<SensorTotals>& totals() const noexcept { return totals_; }
  // Of a sensor that takes part in the feed; nothing before its first sample.
  [[nodiscard]] std::optional<LatestSample> latest(std::size_t sensor) const;

 private:
  struct SensorState {
    SensorWindow open;
    std::uint64_t window;  // number of the open one
    std::uint32_t dropped_published = 0;
    std::vector<ClosedWindow> closed;  // the windows before it whose rows are still to be written
  };

  // How far the reader has come: every slot below `next_slot` is settled.
  struct Progress {
    std::uint64_t next_slot = 0;
    bool finished = false;
  };

  [[nodiscard]] Progress load_progress();
  void advance(WindowTimeline& timeline, core::RowSink& sink, Progress progress);
  void follow(WindowTimeline& timeline);
  void drain(WindowTimeline& timeline);
  void drain_tapped(WindowTimeline& timeline);
  void pass_on_tapped();
  void close_before(SensorState& sensor, const core::Sample& sample, WindowTimeline& timeline);
  void close(SensorState& sensor, std::uint32_t dropped_total, WindowTimeline& timeline);
  void close_passed(std::uint64_t next_slot, WindowTimeline& timeline);
  void close_partial(std::uint64_t next_slot, WindowTimeline& timeline);
  void write_rows(WindowTimeline& timeline, core::RowSink& sink, bool finished);
  void write_row(std::size_t sensor, const ClosedWindow& closed, const Window& window,
                 core::ClockState clock, core::RowSink& sink);

  ReaderFeed feed_;
  SlotGrid grid_;
  std::vector<SensorState> sensors_;
  std::vector<SensorTotals> totals_;
  core::SampleSink* tap_ = nullptr;  // null: nobody wants the samples
  std::size_t tap_reader_ = 0;
  std::vector<core::Sample> tapped_;  // a batch on its way there
  std::uint64_t window_to_write_ = 0;
  bool done_ = false;
};

}  // namespace isotherm::aggregate
