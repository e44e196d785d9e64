#include "app/station_clock.hpp"

#include <spdlog/fmt/fmt.h>

#include <chrono>

#include "app/clock_keeping.hpp"
#include "app/words.hpp"
#include "os/suspended_time.hpp"

namespace isotherm::app {
namespace {

using aggregate::ClockChange;
using core::Severity;

double seconds_in(core::Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::string moved_words(const ClockChange& change) {
  const bool forward = change.size > core::Nanoseconds{0};
  return fmt::format("the wall clock was set {} by {:.3f} s: it is {} now",
                     forward ? "forward" : "back", std::abs(seconds_in(change.size)),
                     time_words(change.reading.wall));
}

struct Told {
  const char* kind;
  Severity severity;
  std::string words;
};

Told told(const ClockChange& change) {
  switch (change.kind) {
    case ClockChange::Kind::Stepped:
      return {"clock_step", Severity::Warning, moved_words(change)};
    case ClockChange::Kind::Leap:
      return {"leap_second", Severity::Info,
              fmt::format("a leap second: the wall clock was moved by {:+.3f} s",
                          seconds_in(change.size))};
    case ClockChange::Kind::Suspended:
      return {"suspended", Severity::Warning,
              fmt::format("the machine was suspended for {:.3f} s: no slot was scheduled meanwhile",
                          seconds_in(change.size))};
    case ClockChange::Kind::Synchronised:
      return {"clock_synced", Severity::Info,
              "the wall clock is synchronised: what this boot wrote to the history before is dated "
              "by it"};
    case ClockChange::Kind::Unsynchronised:
      break;
  }
  return {"clock_unsynced", Severity::Warning, "the wall clock is not synchronised any more"};
}

}  // namespace

core::Event clock_event(const ClockChange& change) {
  Told told_of = told(change);
  core::Event event;
  event.time = change.reading.wall;
  event.uptime = change.reading.monotonic.time_since_epoch();
  event.severity = told_of.severity;
  event.kind = told_of.kind;
  if (change.size != core::Nanoseconds{0}) {
    event.fields.emplace_back("size_ns", std::int64_t{change.size.count()});
    event.fields.emplace_back("uptime_ns", std::int64_t{event.uptime.count()});
  }
  event.fields.emplace_back("words", std::move(told_of.words));
  return event;
}

void keep_in_history(const ClockChange& change, history::HistoryWriter& history) {
  if (change.kind == ClockChange::Kind::Synchronised) {
    history.clock_synced(change.reading);
  } else if (change.kind == ClockChange::Kind::Stepped || change.kind == ClockChange::Kind::Leap) {
    history.clock_stepped(change.reading, change.size);
  }
}

StationClock::StationClock(const core::WallClock& wall_clock, StationEvents& events,
                           history::HistoryWriter* history)
    : wall_clock_(wall_clock),
      events_(events),
      history_(history),
      watch_(wall_clock.read(), os::suspended_time()) {
  const core::ClockReading now = wall_clock.read();
  if (history_ != nullptr && now.synced) {
    // An earlier run of this boot may have ended before it was.
    history_->clock_synced(now);
  }
}

void StationClock::look() {
  for (const ClockChange& change : watch_.observe(wall_clock_.read(), os::suspended_time())) {
    tell(change);
  }
}

void StationClock::tell(const ClockChange& change) {
  if (history_ != nullptr) {
    keep_in_history(change, *history_);
  }
  events_.write(clock_event(change));
}

}  // namespace isotherm::app
