#include "acquire/reader_trace.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "acquire/reader.hpp"
#include "support/fake_clock.hpp"
#include "support/scripted_sensor.hpp"

namespace isotherm::acquire {
namespace {

using core::Nanoseconds;
using core::TraceKind;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A reader at 1 kHz with two sensors, the second every third slot; the first takes 10 us, the
// second 20 us and has no value.
class ReaderTraceTest : public ::testing::Test {
 protected:
  explicit ReaderTraceTest(std::size_t capacity = 10'000) : lane(capacity) {
    settings.period = milliseconds{1};
  }

  void run(std::uint64_t slots) {
    test::ScriptedSensor plain([this](const core::SlotInfo& slot) {
      clock.advance(slot.ordinal == stalls_at ? stalls_for : Nanoseconds{microseconds{10}});
      return core::Reading::good(20.0);
    });
    test::ScriptedSensor broken([this](const core::SlotInfo&) {
      clock.advance(microseconds{20});
      return core::Reading::faulty(core::Fault::Crc);
    });
    Reader reader(settings, {{&plain, 1}, {&broken, 3}}, ring.writer(), clock, counters);
    reader.trace_to(trace);
    origin = clock.now() + milliseconds{10};
    reader.run(origin, slots);
    lane.drain([this](const core::TraceRecord& record) { records.push_back(record); });
  }

  [[nodiscard]] std::uint64_t slots_shown() const {
    std::uint64_t slots = 0;
    for (const core::TraceRecord& record : records) {
      slots += record.slots();
    }
    return slots;
  }

  [[nodiscard]] std::int64_t at(Nanoseconds since_origin) const {
    return (origin + since_origin).time_since_epoch().count();
  }

  ReaderSettings settings;
  test::FakeClock clock;
  ring::SampleRing ring{10'000};
  core::ReaderCounters counters{2};
  TraceLane lane;
  ReaderTrace trace{lane};
  std::uint64_t stalls_at = 1'000'000;
  Nanoseconds stalls_for{0};
  core::MonotonicTime origin;
  std::vector<core::TraceRecord> records;
};

TEST_F(ReaderTraceTest, EverySlotIsThereBehindItsReadsWithTheTimesOfItsSamples) {
  clock.oversleep = [](core::MonotonicTime) { return microseconds{5}; };
  run(4);
  ASSERT_EQ(records.size(), 10U);
  const core::TraceRecord& first = records[0];
  EXPECT_EQ(first.kind(), TraceKind::Read);
  EXPECT_EQ(first.sensor, 0U);
  EXPECT_EQ(first.start_ns, at(microseconds{5}));
  EXPECT_EQ(first.duration_ns, 10'000);
  EXPECT_EQ(first.fault(), core::Fault::None);
  const core::TraceRecord& second = records[1];
  EXPECT_EQ(second.kind(), TraceKind::Read);
  EXPECT_EQ(second.sensor, 1U);
  EXPECT_EQ(second.start_ns, at(microseconds{15}));
  EXPECT_EQ(second.duration_ns, 20'000);
  EXPECT_EQ(second.fault(), core::Fault::Crc);
  const core::TraceRecord& slot = records[2];
  EXPECT_EQ(slot.kind(), TraceKind::Slot);
  EXPECT_EQ(slot.slot, 0U);
  EXPECT_EQ(slot.start_ns, at(microseconds{5}));
  EXPECT_EQ(slot.duration_ns, 30'000);
  EXPECT_EQ(slot.count, 5'000U) << "its lateness";
  EXPECT_EQ(records[4].slot, 1U);
  EXPECT_EQ(records[4].duration_ns, 10'000) << "the second sensor is not due";
  EXPECT_EQ(records[9].slot, 3U);
  EXPECT_EQ(lane.made(), 10U);
  EXPECT_EQ(lane.dropped(), 0U);
}

TEST_F(ReaderTraceTest, AMissedStretchIsOneRecordWithItsFirstSlotAndItsCount) {
  stalls_at = 2;
  stalls_for = microseconds{3'500};
  run(10);
  const auto missed = std::find_if(
      records.begin(), records.end(),
      [](const core::TraceRecord& record) { return record.kind() == TraceKind::Missed; });
  ASSERT_NE(missed, records.end());
  EXPECT_EQ(missed->slot, 3U);
  EXPECT_EQ(missed->count, 3U);
  EXPECT_EQ(missed->start_ns, at(milliseconds{3}));
  EXPECT_EQ(missed->duration_ns, Nanoseconds{milliseconds{3}}.count());
  EXPECT_EQ(slots_shown(), 10U);
  EXPECT_EQ(counters.slots.load() + counters.missed_slots.load(), 10U);
}

class SmallReaderTraceTest : public ReaderTraceTest {
 protected:
  SmallReaderTraceTest() : ReaderTraceTest(7) {}
};

TEST_F(SmallReaderTraceTest, AFullRingDropsAndCountsRecordsAndTheSlotsTheyStandFor) {
  stalls_at = 50;
  stalls_for = milliseconds{20};
  run(100);
  EXPECT_EQ(records.size(), 7U);
  EXPECT_EQ(lane.made(), records.size() + lane.dropped());
  EXPECT_EQ(slots_shown() + lane.slots_dropped(), 100U);
  EXPECT_GT(counters.missed_slots.load(), 0U);
  EXPECT_EQ(counters.sensors[0].dropped.load(), 0U) << "the samples are none of its business";
}

TEST(TraceCapacityTest, HoldsASecondOfEventsWithinItsBounds) {
  // 1 kHz: 1001 slots, each with four reads, itself, and a missed stretch.
  EXPECT_EQ(trace_capacity(milliseconds{1}, 4), 6006U);
  EXPECT_EQ(trace_capacity(seconds{10}, 1), kTraceCapacityMin);
  EXPECT_EQ(trace_capacity(microseconds{50}, 64), kTraceCapacityMax);
}

}  // namespace
}  // namespace isotherm::acquire
