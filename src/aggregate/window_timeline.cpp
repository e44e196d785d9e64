#include "aggregate/window_timeline.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace isotherm::aggregate {
namespace {

// Rounded down to a whole multiple of `length`, for times before 1970 too: a board without a clock
// chip may well start there.
core::WallTime aligned(core::WallTime time, core::Nanoseconds length) noexcept {
  core::Nanoseconds past = time.time_since_epoch() % length;
  if (past < core::Nanoseconds{0}) {
    past += length;
  }
  return time - past;
}

core::Nanoseconds offset_of(const core::ClockReading& reading) noexcept {
  return reading.wall.time_since_epoch() - reading.monotonic.time_since_epoch();
}

}  // namespace

WindowTimeline::WindowTimeline(core::Nanoseconds length) : length_(length) {
  assert(length >= kWindowMin && length <= kWindowMax);
}

void WindowTimeline::start(core::MonotonicTime origin, const core::ClockReading& reading) {
  observed_ = reading.monotonic;
  offset_ = offset_of(reading);
  synced_ = reading.synced;
  first_ = 0;
  windows_.assign(1, starting_at(origin));
  while (windows_.back().end <= observed_) {
    extend();
  }
}

void WindowTimeline::observe(const core::ClockReading& reading, core::MonotonicTime in_use_until) {
  assert(!windows_.empty());
  const core::MonotonicTime before = observed_;
  observed_ = std::max({observed_, reading.monotonic, in_use_until});
  // Windows that have not begun are laid out anew. One that is in use has begun: see
  // in_use_until.
  while (windows_.size() > 1 && windows_.back().begin > observed_) {
    windows_.pop_back();
  }
  while (windows_.back().end <= observed_) {
    extend();
  }
  synced_ = reading.synced;
  const core::Nanoseconds offset = offset_of(reading);
  if (windows_.back().begin > observed_) {  // the origin is still to come: nothing is settled yet
    offset_ = offset;
    windows_.back() = starting_at(windows_.back().begin);
    return;
  }
  const core::Nanoseconds change = offset - windows_.back().offset;
  if (std::chrono::abs(change) <= kOffsetTolerance) {
    follow(offset, before);
  } else {
    step(offset);
  }
}

const Window& WindowTimeline::window(std::uint64_t index) {
  assert(!windows_.empty() && index >= first_);
  while (index - first_ >= windows_.size()) {
    extend();
  }
  return windows_[static_cast<std::size_t>(index - first_)];
}

core::ClockState WindowTimeline::state_of(const Window& window) const noexcept {
  if (window.stepped) {
    return core::ClockState::Stepped;
  }
  const bool synced = window.end > observed_ ? synced_ : window.synced;
  return synced ? core::ClockState::Synced : core::ClockState::Unsynced;
}

void WindowTimeline::discard_before(std::uint64_t index) {
  while (first_ < index && windows_.size() > 1 && windows_.front().end <= observed_) {
    windows_.pop_front();
    ++first_;
  }
}

Window WindowTimeline::starting_at(core::MonotonicTime begin) const noexcept {
  Window window;
  window.begin = begin;
  window.label = aligned(core::WallTime{begin.time_since_epoch() + offset_}, length_);
  window.end = end_of(window.label);
  window.offset = offset_;
  window.synced = synced_;
  return window;
}

core::MonotonicTime WindowTimeline::end_of(core::WallTime label) const noexcept {
  return core::MonotonicTime{(label + length_).time_since_epoch() - offset_};
}

void WindowTimeline::extend() {
  const Window& last = windows_.back();
  Window next;
  next.begin = last.end;
  next.label = last.label + length_;
  next.end = end_of(next.label);
  next.offset = offset_;
  next.synced = synced_;
  assert(next.end > next.begin);
  windows_.push_back(next);
}

void WindowTimeline::follow(core::Nanoseconds offset, core::MonotonicTime before) {
  offset_ = offset;
  // Without a step the observation speaks for all that has ended since the one `before`.
  for (auto window = windows_.rbegin(); window != windows_.rend() && window->end > before;
       ++window) {
    window->synced = synced_;
  }
  Window& current = windows_.back();
  // The wall clock may have been moved across the end just now; then the window ends here.
  current.end = std::max(end_of(current.label), observed_);
  assert(current.end > current.begin);
  if (current.end == observed_) {
    extend();
  }
}

void WindowTimeline::step(core::Nanoseconds offset) {
  offset_ = offset;
  Window next = starting_at(observed_);
  next.stepped = true;
  Window& current = windows_.back();
  if (current.begin == observed_) {  // nothing is in it yet: it becomes the next one
    current = next;
    return;
  }
  current.end = observed_;
  current.stepped = true;
  windows_.push_back(next);
}

}  // namespace isotherm::aggregate
