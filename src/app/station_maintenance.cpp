// What a station does beside its readings: it looks for lost devices, at its clocks, at its disk,
// and around the readers' worst slots.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "app/look_times.hpp"
#include "app/station.hpp"

namespace isotherm::app {
namespace {

// After this time in service nothing may page-fault any more.
constexpr core::Nanoseconds kWarmUp = std::chrono::seconds{1};

constexpr core::Nanoseconds kMaintainInterval = std::chrono::seconds{1};

}  // namespace

// Once a second: sensors look for devices that have disappeared; and, once, each reader's thread is
// looked at after its warm-up, so that later page faults can be told from those of the start.
void Station::maintain_sensors() {
  for (const auto& unit : units_) {
    if (!unit->warm_usage && clock_.now() >= origin_ + kWarmUp) {
      unit->warm_usage = os::thread_usage(unit->thread->readback().tid);
    }
    for (const auto& sensor : unit->sensors) {
      sensor->maintain();
    }
  }
}

// That, and in between the looks at the clock and around the readers' worst slots.
void Station::maintain(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asleep;
  std::unique_lock lock(mutex);
  // Often also without evidence: all between two looks at the clock is dated by the later one.
  const LookTimes looks(origin_, shortest_period(), StationEvidence::kInterval);
  core::MonotonicTime maintain_at = origin_ + kWarmUp;
  while (!stop.stop_requested()) {
    const core::MonotonicTime due = looks.after(clock_.now());
    asleep.wait_for(lock, stop, due - clock_.now(), [] { return false; });
    if (evidence_ && !stop.stop_requested()) {
      evidence_->look(due);
    }
    clock_watch_->look();
    if (clock_.now() >= maintain_at) {
      maintain_sensors();
      const std::uint64_t written = bytes_written();
      if (history_) {
        history_->look();
      }
      if (budget_) {
        budget_->look(clock_.now(), written);
      }
      tell_writes(written, DailyWrites::kDay);
      maintain_at = std::max(maintain_at + kMaintainInterval, clock_.now());
    }
  }
}

void Station::tell_writes(std::uint64_t written, core::Nanoseconds least) {
  if (const auto event =
          daily_writes_.since_last(wall_clock_.read(), written, log_->rows_written(), least)) {
    events_->write(*event);
  }
}

}  // namespace isotherm::app
