// What others see of a running station: the service manager and the live view.
#include <algorithm>
#include <chrono>

#include "app/station.hpp"

namespace isotherm::app {
namespace {

using std::chrono::seconds;

// How long a reader may be at a slot before it counts as stuck: a moment on a busy machine, and for
// each sensor a bus that hangs. The kernel gives up on an I2C transfer after a second (adapter's
// `timeout`, i2c_register_adapter() of drivers/i2c/i2c-core-base.c), and a chip may take two of
// them. That is a broken sensor, to be counted as a fault, and no reason to end the whole station.
constexpr core::Nanoseconds kSlotGrace = seconds{1};
constexpr core::Nanoseconds kStuckBus = seconds{2};

}  // namespace

bool Station::is_working() const {
  if (plan_.configuration.window.length > kWindowAwaited) {
    return std::all_of(units_.begin(), units_.end(), [](const auto& unit) {
      return unit->counters.next_slot.load(std::memory_order_acquire) > 0;
    });
  }
  const std::uint64_t rows = rows_with_whole_window_.load();
  return rows > 0 && log_->rows_written() >= rows;
}

Watched Station::watched(const ReaderUnit& unit) const {
  const core::ReaderCounters& counters = unit.counters;
  Watched one;
  one.name = "reader \"" + unit.planned.settings.name + "\"";
  one.finished = counters.finished.load(std::memory_order_acquire);
  one.done = counters.next_slot.load(std::memory_order_acquire);
  one.due = origin_ + unit.planned.settings.period * static_cast<std::int64_t>(one.done);
  one.grace = kSlotGrace + kStuckBus * static_cast<std::int64_t>(unit.sensors.size());
  return one;
}

StationProgress Station::progress() const {
  StationProgress progress;
  for (const auto& unit : units_) {
    progress.watched.push_back(watched(*unit));
  }
  progress.watched.push_back({.name = "the aggregator",
                              .done = ticks_.load(),
                              .due = tick_due_.load(),
                              .grace = plan_.configuration.station.stall_budget,
                              .finished = false});
  progress.working = is_working();
  progress.reopenings = log_->reopenings();
  progress.readers = live();
  return progress;
}

std::vector<LiveReader> Station::live() const {
  const std::scoped_lock lock(latest_mutex_);
  std::vector<LiveReader> readers;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const ReaderUnit& unit = *units_[i];
    LiveReader reader;
    reader.name = unit.planned.settings.name;
    reader.cores = unit.planned.cores.text();
    reader.slots = unit.counters.slots.load();
    reader.missed = unit.counters.missed_slots.load();
    reader.late_max = unit.counters.lateness.max();
    reader.slot_limit = unit.slot_limit;
    for (std::size_t sensor = 0; sensor < unit.sensors.size(); ++sensor) {
      reader.dropped += unit.counters.sensors[sensor].dropped.load();
      std::optional<double> celsius;
      if (!latest_.empty() && latest_[i][sensor] &&
          latest_[i][sensor]->fault == core::Fault::None) {
        celsius = latest_[i][sensor]->value;
      }
      reader.temperatures.emplace_back(unit.planned.sensors[sensor].name, celsius);
    }
    readers.push_back(std::move(reader));
  }
  return readers;
}

}  // namespace isotherm::app
