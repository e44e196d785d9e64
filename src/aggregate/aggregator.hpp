// The aggregator: turns what the readers push into the rows of the temperature log. Plain logic on
// one thread; drain_loop.hpp gives it its rhythm.
//
// A tick looks at the clocks once, empties each ring once (so its work is bounded by the rings'
// capacities), and writes the rows of the windows that are over. Each reader is taken for itself:
// one that lags holds up its own rows only. If ticks stall, samples wait in the rings and rows come
// later; they stay the same unless a ring overflows, and then the drops are counted.
#pragma once

#include <optional>
#include <vector>

#include "aggregate/reader_feed.hpp"
#include "aggregate/reader_windows.hpp"
#include "aggregate/window_settings.hpp"
#include "aggregate/window_timeline.hpp"
#include "core/clock.hpp"
#include "core/row_sink.hpp"
#include "core/sample_sink.hpp"

namespace isotherm::aggregate {

class Aggregator {
 public:
  // What the feeds point to, the sink and the clock outlive the aggregator.
  Aggregator(const WindowSettings& settings, std::vector<ReaderFeed> readers, core::RowSink& sink,
             const core::WallClock& clock);

  // Before start(). From then on `samples`, which outlives this, is given every sample as well.
  void tap(core::SampleSink& samples);

  // Before the first tick. Slot 0 of every reader is at `origin`, where the first window begins: a
  // partial one, labelled as the aligned window that holds it.
  void start(core::MonotonicTime origin);

  void tick();

  // After all readers' threads have been joined: empties the rings for the last time and closes the
  // open windows as partial, scheduled being the slots below each reader's final `next_slot`. Every
  // slot has then been written in exactly one row.
  void finish();

  // By reader and sensor, in the order of the feeds; the sum of the rows written so far, and so
  // after finish() of the whole run. The same thread only.
  [[nodiscard]] std::vector<std::vector<SensorTotals>> totals() const;

  // By reader and sensor: what was read last, up to the latest tick; nothing before the first
  // sample. The same thread only.
  [[nodiscard]] std::vector<std::vector<std::optional<LatestSample>>> latest() const;

 private:
  void observe_clocks();
  void discard_written();

  core::RowSink* sink_;
  const core::WallClock* clock_;
  WindowTimeline timeline_;
  std::vector<ReaderWindows> readers_;
};

}  // namespace isotherm::aggregate
