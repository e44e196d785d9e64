// What the ring and window benchmarks have in common: samples as a reader makes them, and an
// aggregator on the end of a ring whose clocks move with the samples.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "aggregate/aggregator.hpp"
#include "core/clock.hpp"
#include "core/reader_counters.hpp"
#include "core/row_sink.hpp"
#include "core/sample.hpp"
#include "ring/sample_ring.hpp"

namespace isotherm::bench {

// Of each ring here: 128 KiB, which stays in the second-level cache.
inline constexpr std::size_t kRingCapacity = 4096;

// The type that a SampleRing holds, without the wrapper.
using RawQueue = boost::lockfree::spsc_queue<core::Sample>;

// Sample number `n` of a reader with `sensors` sensors: good, a few us late, in steps of a
// sixteenth.
inline core::Sample make_sample(std::uint64_t n, std::size_t sensors) noexcept {
  core::Sample sample{};
  sample.slot = (n / sensors) & (core::kSlotLimit - 1);
  sample.sensor = static_cast<std::uint16_t>(n % sensors);
  sample.lateness_ns = (5000 + n % 2999) & (core::kSlotLimit - 1);
  sample.value = 20.0 + static_cast<double>(n % 7) / 16.0;
  sample.duration_ns = 1200;
  return sample;
}

// Touches the whole storage, as the constructor of SampleRing does.
inline void pretouch(RawQueue& queue) {
  for (int lap = 0; lap < 2; ++lap) {
    while (queue.push(core::Sample{})) {
    }
    queue.consume_all([](const core::Sample&) {});
  }
}

class NullSink : public core::RowSink {
 public:
  void write(core::Row row) override { good_ += row.counts.good; }
  [[nodiscard]] std::uint64_t good() const noexcept { return good_; }

 private:
  std::uint64_t good_ = 0;
};

class SetClock : public core::WallClock {
 public:
  void set(core::MonotonicTime time) noexcept { time_ = time; }
  [[nodiscard]] core::ClockReading read() const noexcept override {
    return {time_, core::WallTime{time_.time_since_epoch()}, true};
  }

 private:
  core::MonotonicTime time_;
};

// A reader of `sensors` sensors at 1 kHz, played by whoever pushes into its ring; windows of 1 s.
class Pipeline {
 public:
  explicit Pipeline(std::size_t sensors)
      : sensors_(sensors),
        ring_(kRingCapacity),
        counters_(sensors),
        aggregator_({std::chrono::seconds{1}}, {feed()}, sink_, clock_) {
    aggregator_.start(core::MonotonicTime{});
  }

  // The reader's part: fills the ring and publishes how far it has come.
  void fill(std::size_t samples) {
    for (std::size_t i = 0; i < samples; ++i) {
      ring_.writer().push(make_sample(next_++, sensors_));
    }
    const std::uint64_t slots = next_ / sensors_;
    counters_.next_slot.store(slots, std::memory_order_release);
    clock_.set(core::MonotonicTime{kPeriod * static_cast<std::int64_t>(slots)});
  }

  // The aggregator's part: everything from the ring to the row.
  void tick() { aggregator_.tick(); }

  [[nodiscard]] ring::SampleRing& ring() noexcept { return ring_; }
  // Every sample that was aggregated must stand in a row or in an open window.
  [[nodiscard]] bool lost_none() const {
    return sink_.good() + sensors_ * kSlotsPerWindow >= next_;
  }

 private:
  static constexpr core::Nanoseconds kPeriod = std::chrono::milliseconds{1};
  static constexpr std::uint64_t kSlotsPerWindow = 1000;

  [[nodiscard]] aggregate::ReaderFeed feed() {
    std::vector<aggregate::SensorFeed> feeds;
    for (std::size_t i = 0; i < sensors_; ++i) {
      feeds.push_back({"sensor" + std::to_string(i), "degC", 1});
    }
    return {&ring_.reader(), &counters_, kPeriod, std::move(feeds)};
  }

  std::size_t sensors_;
  ring::SampleRing ring_;
  core::ReaderCounters counters_;
  NullSink sink_;
  SetClock clock_;
  aggregate::Aggregator aggregator_;
  std::uint64_t next_ = 0;
};

}  // namespace isotherm::bench
