// The station's windows: one sequence for all readers, laid out over monotonic time.
//
// Monotonic time drives everything. From the station's origin on, the windows partition it without
// gap or overlap, whatever the wall clock does, so no slot can be lost, doubled or misordered by a
// clock step. The wall clock only decides where windows end (at whole multiples of the window
// length since 1970-01-01T00:00:00Z, hence at UTC midnight too) and what they are called: the label
// is the wall time of a window's start, rounded down to such a multiple.
//
// What happens to the wall clock is told by observe(). A window whose end has been observed to pass
// never changes again; ends that are still to come follow the latest observation:
//
//   * The wall clock minus the monotonic clock has changed by at most kOffsetTolerance since the
//     window began: the window's end moves with it, labels stay consecutive. On Linux, slewing
//     (NTP, adjtime) changes both clocks alike (clock_gettime(2), CLOCK_MONOTONIC), so this is the
//     noise of reading two clocks one after the other, or a very small step.
//   * It has changed by more: a step. The window ends at the observation, the next begins there
//     with a label by the new wall time, and both are marked stepped. When exactly between two
//     observations the step took place cannot be known; everything before the later one keeps the
//     old wall time.
//
// Housekeeping; one thread.
#pragma once

#include <cstdint>
#include <deque>

#include "aggregate/window_settings.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

namespace isotherm::aggregate {

inline constexpr core::Nanoseconds kOffsetTolerance = std::chrono::milliseconds{20};

// Within a window its end moves by at most one tolerance to either side, and the next one begins at
// most two late (where the clock was moved across the end). So even the shortest keeps a part.
static_assert(kOffsetTolerance * 4 <= kWindowMin);

// The stretch [begin, end) of monotonic time.
struct Window {
  core::MonotonicTime begin;
  core::MonotonicTime end;
  core::WallTime label;
  core::Nanoseconds offset{0};  // wall minus monotonic clock that was in force at its begin
  bool stepped = false;
  bool synced = false;  // when it ended; provisional like the end
};

class WindowTimeline {
 public:
  // `length` is from kWindowMin to kWindowMax.
  explicit WindowTimeline(core::Nanoseconds length);

  // Begins window 0 at `origin`, which may lie in the future; `reading` is of the present.
  void start(core::MonotonicTime origin, const core::ClockReading& reading);

  // Takes note of the present. Readings come in order of monotonic time. `in_use_until` is an
  // instant behind the slot of every sample that has been put into a window so far; the reading
  // counts as taken there if it is not later. (A sample is read after its slot's time and before it
  // gets into a window; so only a coarse clock can make that necessary.)
  void observe(const core::ClockReading& reading,
               core::MonotonicTime in_use_until = core::MonotonicTime::min());

  // Window number `index`, counted from 0 at the origin, not below first(). Its end, if that is
  // after observed(), is provisional until then. The reference holds until the next call that is
  // not const.
  [[nodiscard]] const Window& window(std::uint64_t index);

  // Stepped, or what the observation says that saw its end pass; the one before that where the
  // clock was stepped meanwhile, because the new word is not about the old time. Of a window that
  // is not over: what the latest says.
  [[nodiscard]] core::ClockState state_of(const Window& window) const noexcept;

  // Monotonic time of the latest observation.
  [[nodiscard]] core::MonotonicTime observed() const noexcept { return observed_; }

  // Forgets the windows below `index`, but never the one that holds the latest observation.
  void discard_before(std::uint64_t index);
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }

 private:
  [[nodiscard]] Window starting_at(core::MonotonicTime begin) const noexcept;
  [[nodiscard]] core::MonotonicTime end_of(core::WallTime label) const noexcept;
  void extend();
  void follow(core::Nanoseconds offset, core::MonotonicTime before);
  void step(core::Nanoseconds offset);

  core::Nanoseconds length_;
  core::MonotonicTime observed_;
  core::Nanoseconds offset_{0};  // wall minus monotonic clock, as observed last
  bool synced_ = false;
  std::deque<Window> windows_;
  std::uint64_t first_ = 0;  // number of windows_.front()
};

}  // namespace isotherm::aggregate
