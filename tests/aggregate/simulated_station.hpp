// Simulated readers, a clock that the test moves, and an aggregator that writes into a list.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aggregate/account_check.hpp"
#include "aggregate/aggregator.hpp"
#include "aggregate/simulated_reader.hpp"
#include "core/row_sink.hpp"
#include "support/fake_clock.hpp"

namespace isotherm::test {

class CollectedRows : public core::RowSink {
 public:
  void write(core::Row row) override { rows.push_back(std::move(row)); }

  [[nodiscard]] std::vector<core::Row> of(const std::string& sensor) const {
    std::vector<core::Row> found;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(found),
                 [&sensor](const core::Row& row) { return row.sensor == sensor; });
    return found;
  }

  std::vector<core::Row> rows;
};

class SimulatedStation {
 public:
  explicit SimulatedStation(core::Nanoseconds window) : settings_{window} {}
  // The aggregator refers to it.
  SimulatedStation(const SimulatedStation&) = delete;
  SimulatedStation& operator=(const SimulatedStation&) = delete;
  SimulatedStation(SimulatedStation&&) = delete;
  SimulatedStation& operator=(SimulatedStation&&) = delete;
  ~SimulatedStation() = default;

  SimulatedReader& add(const std::string& prefix, core::Nanoseconds period,
                       const std::vector<std::uint32_t>& every, std::size_t ring_capacity = 4096) {
    readers.push_back(std::make_unique<SimulatedReader>(prefix, period, every, ring_capacity));
    return *readers.back();
  }

  // The origin is the present plus `lead`.
  void start(core::Nanoseconds lead = core::Nanoseconds{0}) {
    std::vector<aggregate::ReaderFeed> feeds;
    for (const auto& reader : readers) {
      feeds.push_back(reader->feed());
    }
    aggregator =
        std::make_unique<aggregate::Aggregator>(settings_, std::move(feeds), sink, watched_clock_);
    origin = clock.now() + lead;
    next_tick_ = clock.now();
    aggregator->start(origin);
  }

  // Lets time pass: readers run their slots and the aggregator ticks, in order of time. At one
  // instant the readers come first.
  void run_for(core::Nanoseconds duration) {
    const core::MonotonicTime end = clock.now() + duration;
    while (true) {
      const auto due = [this](const std::unique_ptr<SimulatedReader>& reader) {
        return reader->paused ? core::MonotonicTime::max()
                              : reader->time_of(origin, reader->next_slot());
      };
      const auto earliest =
          std::min_element(readers.begin(), readers.end(),
                           [&due](const auto& a, const auto& b) { return due(a) < due(b); });
      const core::MonotonicTime slot_time = due(*earliest);
      if (std::min(slot_time, next_tick()) >= end) {
        break;
      }
      if (slot_time <= next_tick()) {
        clock.sleep_until(slot_time);
        (*earliest)->run_slot();
      } else {
        clock.sleep_until(next_tick());
        next_tick_ = next_tick() + tick_interval;
        aggregator->tick();
      }
    }
    clock.sleep_until(end);
  }

  void tick() { aggregator->tick(); }

  // All readers end, and the aggregator finishes.
  void finish() {
    for (const auto& reader : readers) {
      reader->set_finished();
    }
    aggregator->finish();
  }

  // Holds all rows and totals against the readers' records: every slot in exactly one row, in that
  // of its time; each row's identity, counts, statistics, lateness and faults. After finish().
  void expect_exact_account() const {
    const auto totals = aggregator->totals();
    for (std::size_t i = 0; i < readers.size(); ++i) {
      const SimulatedReader& reader = *readers[i];
      for (std::size_t j = 0; j < reader.sensors().size(); ++j) {
        const std::vector<core::Row> rows = sink.of(reader.sensors()[j].name);
        expect_rows_match(rows, reader.records[j], origin.time_since_epoch(), reader.period());
        expect_totals_match(totals[i][j], reader.records[j], rows);
      }
    }
  }

  FakeClock clock;
  CollectedRows sink;
  core::Nanoseconds tick_interval{std::chrono::milliseconds{50}};
  bool stalled = false;  // no ticks
  // Runs in each look of the aggregator at the clocks, after it.
  std::function<void()> after_clock_read;
  core::MonotonicTime origin;
  std::vector<std::unique_ptr<SimulatedReader>> readers;
  std::unique_ptr<aggregate::Aggregator> aggregator;

 private:
  // While stalled, none; afterwards the next one is at once.
  [[nodiscard]] core::MonotonicTime next_tick() const {
    return stalled ? core::MonotonicTime::max() : std::max(next_tick_, clock.now());
  }

  class WatchedClock : public core::WallClock {
   public:
    explicit WatchedClock(const SimulatedStation& station) : station_(&station) {}
    [[nodiscard]] core::ClockReading read() const noexcept override {
      const core::ClockReading reading = station_->clock.read();
      if (station_->after_clock_read) {
        station_->after_clock_read();
      }
      return reading;
    }

   private:
    const SimulatedStation* station_;
  };

  aggregate::WindowSettings settings_;
  WatchedClock watched_clock_{*this};
  core::MonotonicTime next_tick_;
};

}  // namespace isotherm::test
