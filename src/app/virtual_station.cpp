#include "app/virtual_station.hpp"

#include <algorithm>
#include <utility>

#include "app/station_report.hpp"
#include "core/setup_error.hpp"

namespace isotherm::app {
namespace {

// A quarter of a ring between two looks at it, so that no reader has to wait for the others.
constexpr std::size_t kSamplesPerTick = VirtualReader::kRingCapacity / 4;

std::uint64_t slots_within(core::Nanoseconds duration, core::Nanoseconds period) {
  return static_cast<std::uint64_t>((duration.count() + period.count() - 1) / period.count());
}

}  // namespace

VirtualStation::VirtualStation(const settings::Configuration& configuration,
                               std::vector<std::unique_ptr<VirtualReader>> readers,
                               VirtualClock& clock, core::RowSink& rows, core::SampleSink* samples)
    : configuration_(configuration),
      readers_(std::move(readers)),
      clock_(clock),
      origin_(clock.now()),
      aggregator_(configuration.window, feeds(), rows, clock_) {
  if (samples != nullptr) {
    aggregator_.tap(*samples);
  }
}

std::vector<aggregate::ReaderFeed> VirtualStation::feeds() const {
  std::vector<aggregate::ReaderFeed> feeds;
  for (const auto& reader : readers_) {
    aggregate::ReaderFeed feed{.ring = &reader->ring(),
                               .counters = &reader->counters(),
                               .period = reader->plan().reader.period,
                               .sensors = {}};
    for (const sensor::SensorSettings& sensor : reader->plan().sensors) {
      feed.sensors.push_back({.name = sensor.name, .unit = sensor.unit, .every = sensor.every});
    }
    feeds.push_back(std::move(feed));
  }
  return feeds;
}

void VirtualStation::begin_readers(std::optional<core::Nanoseconds> duration) {
  core::Nanoseconds recorded{0};
  for (const auto& reader : readers_) {
    recorded = std::max(recorded, reader->recorded());
  }
  if (!duration && recorded == core::Nanoseconds{0}) {
    throw core::SetupError(core::ExitCode::Usage,
                           "nothing says how long: simulated sensors have no end, nor have "
                           "replays that loop",
                           "--as-fast-as-possible", "add --duration, such as --duration 1h");
  }
  for (const auto& reader : readers_) {
    core::Nanoseconds length = duration.value_or(reader->recorded());
    if (length == core::Nanoseconds{0}) {
      length = recorded;
    }
    reader->begin(origin_, slots_within(length, reader->plan().reader.period));
  }
}

// A window, or less where the readers make more in it than their rings should hold.
core::Nanoseconds VirtualStation::tick_interval() const {
  core::Nanoseconds interval = configuration_.window.length;
  for (const auto& reader : readers_) {
    const std::size_t sensors = reader->plan().sensors.size();
    const auto slots = static_cast<std::int64_t>(
        std::max<std::size_t>(1, kSamplesPerTick / std::max<std::size_t>(1, sensors)));
    interval = std::min(interval, reader->plan().reader.period * slots);
  }
  return interval;
}

void VirtualStation::run(std::optional<core::Nanoseconds> duration,
                         const std::function<bool()>& after_tick) {
  begin_readers(duration);
  aggregator_.start(origin_);
  const core::Nanoseconds interval = tick_interval();
  const auto ended = [this] {
    return std::all_of(readers_.begin(), readers_.end(),
                       [](const auto& reader) { return reader->ended(); });
  };
  core::MonotonicTime time = origin_;
  while (!ended()) {
    time += interval;
    for (const auto& reader : readers_) {
      reader->run_until(time);
    }
    clock_.sleep_until(time);
    aggregator_.tick();
    if (!after_tick()) {
      break;
    }
  }
  for (const auto& reader : readers_) {
    reader->finish();
  }
  aggregator_.finish();
}

void VirtualStation::report(RunReport& report) const {
  report.station = configuration_.station.name;
  const auto totals = aggregator_.totals();
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    const settings::ReaderPlan& plan = readers_[i]->plan();
    const core::ReaderCounters& counters = readers_[i]->counters();
    report.readers.push_back(counted_reader(plan.reader, counters));
    for (std::size_t sensor = 0; sensor < plan.sensors.size(); ++sensor) {
      report.sensors.push_back(counted_sensor(plan.sensors[sensor], plan.reader.name,
                                              counters.sensors[sensor], totals[i][sensor]));
    }
  }
}

}  // namespace isotherm::app
