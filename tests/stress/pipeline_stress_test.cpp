// The real reader on one thread and the real aggregator on another, with rings that overflow,
// wake-ups that come late and a wall clock that jumps about: every slot is in exactly one row, and
// the rows' sums are what the reader counted. Built with ThreadSanitizer in the `tsan` preset.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "acquire/reader.hpp"
#include "aggregate/aggregator.hpp"
#include "ring/sample_ring.hpp"
#include "stress/late_clock.hpp"
#include "support/scripted_sensor.hpp"

namespace isotherm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kSlots = 100'000;
constexpr std::array<std::uint32_t, 3> kEvery = {1, 3, 7};

// The wall clock is another hour off every five seconds.
class LeapingClock : public test::LateClock, public core::WallClock {
 public:
  [[nodiscard]] core::ClockReading read() const noexcept override {
    const core::MonotonicTime present = now();
    const auto off = hours{(present.time_since_epoch() / seconds{5}) % 3};
    return {present, core::WallTime{present.time_since_epoch() + off}, true};
  }
};

struct CheckingSink : core::RowSink {
  void write(core::Row row) override {
    ++rows;
    broken += row.counts.identity_holds() ? 0U : 1U;
  }
  std::uint64_t rows = 0;
  std::uint64_t broken = 0;
};

void run_with_ring_of(std::size_t capacity) {
  LeapingClock clock;
  ring::SampleRing ring(capacity);
  core::ReaderCounters counters(kEvery.size());
  test::ScriptedSensor sensor([](const core::SlotInfo& slot) {
    return slot.ordinal % 20 == 0 ? core::Reading::faulty(core::Fault::Crc)
                                  : core::Reading::good(20.0);
  });
  std::vector<acquire::ReaderSensor> sensors;
  aggregate::ReaderFeed feed{
      .ring = &ring.reader(), .counters = &counters, .period = milliseconds{1}, .sensors = {}};
  for (const std::uint32_t every : kEvery) {
    sensors.push_back({&sensor, every});
    feed.sensors.push_back({.name = "s", .unit = "degC", .every = every});
  }
  acquire::ReaderSettings settings;
  settings.period = milliseconds{1};
  acquire::Reader reader(settings, sensors, ring.writer(), clock, counters);
  CheckingSink sink;
  aggregate::Aggregator aggregator({.length = milliseconds{100}}, {feed}, sink, clock);
  const core::MonotonicTime origin = clock.now();
  aggregator.start(origin);

  std::thread thread([&] { reader.run(origin, kSlots); });
  while (!counters.finished.load(std::memory_order_acquire)) {
    aggregator.tick();
  }
  thread.join();
  aggregator.finish();

  EXPECT_EQ(sink.broken, 0U);
  EXPECT_GT(counters.missed_slots.load(), 0U);
  const auto totals = aggregator.totals();
  for (std::size_t i = 0; i < kEvery.size(); ++i) {
    const core::SensorCounters& counted = counters.sensors[i];
    EXPECT_EQ(totals[0][i].counts, (core::SlotCounts{.scheduled = counted.scheduled.load(),
                                                     .good = counted.good.load(),
                                                     .faulty = counted.faulty.load(),
                                                     .missed = counted.missed.load(),
                                                     .dropped = counted.dropped.load()}))
        << "sensor " << i << ", ring of " << capacity;
    EXPECT_EQ(counted.scheduled.load(), (kSlots + kEvery[i] - 1) / kEvery[i]);
  }
}

TEST(PipelineStressTest, RowsAndReaderAgreeExactlyWhateverTheRingDrops) {
  for (const std::size_t capacity : {1U, 2U, 8U, 64U, 1024U}) {
    run_with_ring_of(capacity);
  }
}

}  // namespace
}  // namespace isotherm
