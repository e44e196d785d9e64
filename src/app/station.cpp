#include "app/station.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/reader_thread.hpp"
#include "app/station_life.hpp"
#include "app/station_report.hpp"
#include "os/crash_guard.hpp"
#include "os/process_memory.hpp"
#include "store/rotation.hpp"

namespace isotherm::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Long enough for the last reader to get from the gate to its first sleep.
constexpr core::Nanoseconds kStartLead = milliseconds{20};

// A reader that was told to stop and has not returned from a sensor by then hangs in a driver.
constexpr core::Nanoseconds kStopLimit = seconds{10};

// Slots of a run of that length: those whose time is before its end.
std::uint64_t slots_in(core::Nanoseconds duration, core::Nanoseconds period) {
  return static_cast<std::uint64_t>((duration.count() + period.count() - 1) / period.count());
}

std::vector<aggregate::RowWatch::Reader> watched_readers(const StationPlan& plan) {
  std::vector<aggregate::RowWatch::Reader> readers;
  for (const PlannedReader& planned : plan.readers) {
    auto& reader = readers.emplace_back();
    reader.name = planned.settings.name;
    for (const sensor::SensorSettings& sensor : planned.sensors) {
      reader.sensors.push_back(sensor.name);
    }
  }
  return readers;
}

double rows_a_second(const StationPlan& plan) {
  return static_cast<double>(plan.sensor_count()) /
         std::chrono::duration<double>(plan.configuration.window.length).count();
}

}  // namespace

Station::Station(StationPlan plan, StationSensors sensors, core::HelperThreads& helpers,
                 std::optional<core::Nanoseconds> duration,
                 const std::optional<TraceSettings>& trace, const store::Notices& notify)
    : plan_(std::move(plan)), duration_(duration), helpers_(&helpers) {
  const settings::Configuration& configuration = plan_.configuration;
  if (trace) {
    trace_ = std::make_unique<StationTrace>(*trace, plan_, clock_, wall_clock_, notify);
  }
  events_ = std::make_unique<StationEvents>(configuration.log.directory, helpers, clock_,
                                            wall_clock_, notify);
  directory_ = std::make_unique<os::PosixLogDirectory>(configuration.log.directory);
  core::LogDirectory& directory = trace_ ? trace_->traced(*directory_) : *directory_;
  log_ = std::make_unique<store::TemperatureLog>(
      configuration.log, directory, helpers, plan_.sensor_count(),
      [this](const std::string& text) {
        events_->write_now(core::Severity::Warning, "log", {{"words", text}});
      },
      clock_);
  // After the log, which has claimed the directory.
  if (configuration.history.enabled) {
    history_ = std::make_unique<StationHistory>(configuration.history, configuration.log.directory,
                                                helpers, *events_);
    events_->send_to(&history_->writer());
  }
  history::HistoryWriter* const history = history_ ? &history_->writer() : nullptr;
  if (configuration.history.write_budget > 0) {
    budget_ = std::make_unique<StationBudget>(configuration.history, rows_a_second(plan_), *events_,
                                              history);
  }
  clock_watch_ = std::make_unique<StationClock>(wall_clock_, *events_, history);
  row_watch_ = std::make_unique<aggregate::RowWatch>(watched_readers(plan_),
                                                     configuration.window.length, *events_);
  std::vector<aggregate::ReaderFeed> feeds;
  for (std::size_t i = 0; i < plan_.readers.size(); ++i) {
    units_.push_back(std::make_unique<ReaderUnit>(plan_.readers[i], std::move(sensors[i]), clock_));
    feeds.push_back(feed_of(*units_.back()));
    if (trace_) {
      units_.back()->reader.trace_to(trace_->reader(i));
    }
  }
  aggregator_ = std::make_unique<aggregate::Aggregator>(configuration.window, std::move(feeds),
                                                        row_sinks(), wall_clock_);
  capture(notify);
  drain_loop_ = std::make_unique<aggregate::DrainLoop>([this] { tick(); }, tick_interval());
  if (keeps_evidence(units_)) {
    evidence_ = std::make_unique<StationEvidence>(units_, *events_, clock_, wall_clock_);
  }
}

void Station::capture(const store::Notices& notify) {
  const settings::Configuration& configuration = plan_.configuration;
  if (!configuration.capture.enabled) {
    return;
  }
  capture_ =
      std::make_unique<StationCapture>(configuration, *directory_, wall_clock_, *helpers_, notify);
  aggregator_->tap(capture_->samples());
}

Station::~Station() {
  // Where start() was never reached, the threads wait at the gate.
  gate_.cancel();
  for (const auto& unit : units_) {
    unit->reader.request_stop();
  }
}

aggregate::ReaderFeed Station::feed_of(ReaderUnit& unit) {
  aggregate::ReaderFeed feed{.ring = &unit.ring.reader(),
                             .counters = &unit.counters,
                             .period = unit.planned.settings.period,
                             .sensors = {}};
  for (const sensor::SensorSettings& sensor : unit.planned.sensors) {
    feed.sensors.push_back({.name = sensor.name, .unit = sensor.unit, .every = sensor.every});
  }
  return feed;
}

core::Nanoseconds Station::tick_interval() const {
  // Every ring holds what its reader makes in the stall budget.
  return aggregate::drain_interval(plan_.configuration.window.length,
                                   plan_.configuration.station.stall_budget);
}

core::Nanoseconds Station::shortest_period() const {
  core::Nanoseconds shortest = acquire::kPeriodMax;
  for (const auto& unit : units_) {
    shortest = std::min(shortest, unit->planned.settings.period);
  }
  return shortest;
}

std::string Station::log_path() const {
  const store::LogSettings& log = plan_.configuration.log;
  return log.directory + "/" + store::log_file_name(log.format);
}

core::RowSink& Station::row_sinks() {
  std::vector<core::RowSink*> sinks{row_watch_.get()};
  if (history_) {
    sinks.push_back(&history_->writer());
  }
  sinks.push_back(trace_ ? &trace_->traced(*log_) : log_.get());
  rows_ = std::make_unique<RowFan>(std::move(sinks));
  return *rows_;
}

// To all files, since the start.
std::uint64_t Station::bytes_written() const {
  return directory_->bytes_taken() + events_->bytes_taken() +
         (capture_ ? capture_->bytes_taken() : 0) + (history_ ? history_->bytes_written() : 0);
}

// Where the run is traced, with what was found and how long it took.
void Station::drain(void (aggregate::Aggregator::*how)()) {
  if (!trace_) {
    ((*aggregator_).*how)();
    return;
  }
  const core::MonotonicTime start = clock_.now();
  std::uint64_t samples = 0;
  for (const auto& unit : units_) {
    samples += unit->ring.reader().available();
  }
  ((*aggregator_).*how)();
  trace_->drained(start, samples);
}

void Station::tick() {
  drain(&aggregate::Aggregator::tick);
  tick_due_.store(clock_.now() + tick_interval());
  ticks_.fetch_add(1);
  look_for_whole_windows();
  auto latest = aggregator_->latest();
  const std::scoped_lock lock(latest_mutex_);
  latest_ = std::move(latest);
}

// The first row of a sensor is of the window that the start cut off, the second of a whole one.
void Station::look_for_whole_windows() {
  if (rows_with_whole_window_.load() > 0) {
    return;
  }
  std::uint64_t rows = 0;
  for (const auto& reader : aggregator_->totals()) {
    for (const aggregate::SensorTotals& sensor : reader) {
      if (sensor.rows < 2) {
        return;
      }
      rows += sensor.rows;
    }
  }
  rows_with_whole_window_.store(rows);
}

void Station::start_thread(ReaderUnit& unit, os::CpusetPartition* partition) {
  const acquire::ReaderSettings& settings = unit.planned.settings;
  if (duration_) {
    unit.slot_limit = slots_in(*duration_, settings.period);
  }
  unit.thread = start_reader_thread(unit.planned, {partition, plan_.housekeeping}, [this, &unit] {
    os::guard_this_thread(unit.thread_name.c_str());
    if (const auto origin = gate_.wait()) {
      unit.reader.run(*origin, unit.slot_limit.value_or(core::kSlotLimit));
    }
  });
}

void Station::start(os::CpusetPartition* partition) {
  // Here and not in the constructor: where the kernel refuses a later reader's thread, the
  // destructor has to let the earlier ones out of the gate, and only a whole object has one.
  os::install_crash_guard();
  for (const auto& unit : units_) {
    start_thread(*unit, partition);
  }
  gate_.wait_until_ready(static_cast<int>(units_.size()));
  origin_ = clock_.now() + kStartLead;
  aggregator_->start(origin_);
  tick_due_.store(origin_);
  // Before the helpers are started, which may take longer than the lead; the rings hold meanwhile.
  gate_.open(origin_);
  events_->write(start_event(plan_, wall_clock_.read()));
  daily_writes_.begin(origin_);
  if (evidence_) {
    evidence_->begin(origin_);
  }
  if (capture_) {
    capture_->begin(origin_);
  }
  aggregate_thread_ = helpers_->start("iso-aggregate", [this](const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] { drain_loop_->stop(); });
    drain_loop_->run();
  });
  if (trace_) {
    trace_->start(*helpers_);
  }
  maintain_thread_ =
      helpers_->start("iso-maintain", [this](const std::stop_token& stop) { maintain(stop); });
}

bool Station::ended() const {
  if (os::crash_seen()) {
    return true;
  }
  // A slow reader has done its last slot long before the end of the run; the station lasts as long
  // as it was told to, unless all its readers have given up.
  const bool time_is_up = !duration_ || clock_.now() >= origin_ + *duration_;
  return std::all_of(units_.begin(), units_.end(), [time_is_up](const auto& unit) {
    const core::ReaderCounters& counters = unit->counters;
    return counters.finished.load(std::memory_order_acquire) &&
           (time_is_up || counters.stopped_by_overrun.load());
  });
}

void Station::reopen_log() { log_->reopen(); }

// What went wrong, where a reader has died or does not come back from its sensor: then its thread
// cannot be joined.
std::optional<std::string> Station::stop_readers() {
  const core::MonotonicTime limit = clock_.now() + kStopLimit;
  std::optional<std::string> trouble;
  for (const auto& unit : units_) {
    unit->reader.request_stop();
  }
  for (const auto& unit : units_) {
    while (!unit->counters.finished.load(std::memory_order_acquire)) {
      const auto crash = os::crash_seen();
      if (crash && crash->thread == unit->thread_name) {
        trouble = trouble.value_or("reader " + crash->thread + " died of a bug: " + crash->cause);
        break;
      }
      if (clock_.now() > limit) {
        trouble =
            trouble.value_or("reader " + unit->thread_name + " does not come back from its sensor");
        break;
      }
      // Again and again, because a sleep that is just about to begin does not see an interruption.
      unit->thread->interrupt();
      static_cast<void>(clock_.sleep_until(clock_.now() + milliseconds{1}));
    }
  }
  return trouble;
}

RunReport Station::stop() {
  RunReport report;
  report.crash = stop_readers();
  maintain_thread_.reset();
  if (evidence_) {
    // Once more, for the last slots, while the readers' threads are still to be seen.
    evidence_->look(clock_.now());
  }
  for (const auto& unit : units_) {
    if (unit->counters.finished.load(std::memory_order_acquire)) {
      unit->thread->join();
      unit->final_usage = unit->thread->final_usage();
    } else {
      // It died or hangs: nobody can join it, but its counts are still to be seen.
      unit->final_usage = os::thread_usage(unit->thread->readback().tid);
    }
  }
  aggregate_thread_.reset();
  drain(&aggregate::Aggregator::finish);
  const os::MemoryUse memory = os::memory_use();
  report.resident_bytes = memory.resident_bytes;
  report.locked_bytes = memory.locked_bytes;
  close_sinks(report);
  if (trace_) {
    std::vector<std::uint64_t> scheduled;
    for (const auto& unit : units_) {
      scheduled.push_back(unit->counters.slots.load() + unit->counters.missed_slots.load());
    }
    report.trace = trace_->finish(scheduled);
  }
  report.station = plan_.configuration.station.name;
  const auto totals = aggregator_->totals();
  for (std::size_t reader = 0; reader < units_.size(); ++reader) {
    report.readers.push_back(reader_report(*units_[reader]));
    for (std::size_t sensor = 0; sensor < units_[reader]->sensors.size(); ++sensor) {
      report.sensors.push_back(sensor_report(*units_[reader], sensor, totals[reader][sensor]));
    }
  }
  if (evidence_) {
    evidence_->report(report);
  }
  return report;
}

// What they are told ends with the event of the stop, in the order in which it is written.
void Station::close_sinks(RunReport& report) {
  row_watch_->finish(clock_.now().time_since_epoch());
  if (evidence_) {
    evidence_->finish();
  }
  tell_writes(bytes_written(), core::Nanoseconds{0});
  events_->write(stop_event(aggregator_->totals(), clock_.now() - origin_, wall_clock_.read()));
  report.log = log_->finish();
  report.log_path = log_path();
  if (capture_) {
    report.capture = capture_->finish();
  }
  if (history_) {
    events_->send_to(nullptr);
    report.history = history_->finish();
  }
  report.events = events_->finish();
  report.bytes_written = bytes_written();
  report.elapsed = clock_.now() - origin_;
}

}  // namespace isotherm::app
