#include "aggregate/row_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isotherm::aggregate {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Value = core::Event::Value;

constexpr core::WallTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

constexpr core::Nanoseconds kEnd = 1000s;  // of the run, long after its last row

struct Events : core::EventSink {
  std::vector<core::Event> events;

  void write(const core::Event& event) override { events.push_back(event); }
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> found;
    for (const core::Event& event : events) {
      found.push_back(event.kind);
    }
    return found;
  }
};

struct RowWatchTest : ::testing::Test {
  Events events;
  RowWatch watch{{{"fast", {"inlet", "outlet"}}, {"slow", {"room"}}}, 1s, events};

  // The window of a second that begins at `second`, of ten readings.
  static core::Row row(int second, const std::string& sensor = "inlet") {
    core::Row made;
    made.time = kStart + std::chrono::seconds{second};
    made.uptime = 100s + std::chrono::seconds{second};
    made.sensor = sensor;
    made.counts = {.scheduled = 10, .good = 10};
    return made;
  }

  static core::Row faulty(int second, core::Fault fault, std::uint64_t count) {
    core::Row made = row(second);
    made.counts.good -= count;
    made.counts.faulty = count;
    made.faults.at(core::index_of(fault)) = count;
    return made;
  }

  static core::Row missing(int second, std::uint64_t count, const std::string& sensor = "inlet") {
    core::Row made = row(second, sensor);
    made.counts.good -= count;
    made.counts.missed = count;
    made.lateness = core::WindowLateness{1ms, 2ms * second};
    return made;
  }

  void good(int from, int to) {
    for (int second = from; second < to; ++second) {
      watch.write(row(second));
    }
  }
};

TEST_F(RowWatchTest, GoodRowsMakeNoEvent) {
  good(0, 100);
  watch.finish(kEnd);
  EXPECT_THAT(events.events, IsEmpty());
}

TEST_F(RowWatchTest, AStretchOfFaultsIsToldAtItsBeginAndSummedUpAtItsEnd) {
  good(0, 3);
  watch.write(faulty(3, core::Fault::Crc, 2));
  watch.write(faulty(4, core::Fault::Timeout, 1));
  good(5, 8);
  watch.write(faulty(8, core::Fault::Crc, 1));  // the same stretch: less than kQuiet apart
  good(9, 19);
  EXPECT_THAT(events.kinds(), ElementsAre("faults_began"));
  good(19, 21);
  ASSERT_THAT(events.kinds(), ElementsAre("faults_began", "faults_ended"));
  EXPECT_EQ(events.events[0].time, kStart + 3s);
  EXPECT_EQ(events.events[0].uptime, 103s);
  EXPECT_EQ(events.events[0].severity, core::Severity::Warning);
  EXPECT_THAT(events.events[0].fields, Contains(Pair("faults", Value{std::string{"crc:2"}})));
  const auto& fields = events.events[1].fields;
  EXPECT_THAT(fields, Contains(Pair("sensor", Value{std::string{"inlet"}})));
  EXPECT_THAT(fields, Contains(Pair("faulty", Value{std::int64_t{4}})));
  EXPECT_THAT(fields, Contains(Pair("faults", Value{std::string{"timeout:1;crc:3"}})));
  EXPECT_THAT(fields, Contains(Pair("duration_s", Value{6.0})));
}

TEST_F(RowWatchTest, FaultsThatLastToTheEndOfTheRunAreSummedUpThere) {
  watch.write(faulty(0, core::Fault::Io, 10));
  watch.write(faulty(1, core::Fault::Io, 10));
  watch.finish(kEnd);
  watch.finish(kEnd);
  EXPECT_THAT(events.kinds(), ElementsAre("faults_began", "faults_ended"));
  EXPECT_THAT(events.events[1].fields, Contains(Pair("faulty", Value{std::int64_t{20}})));
}

TEST_F(RowWatchTest, FaultsLastAsLongByTheWordsAsByTheField) {
  const auto told = [this](core::Nanoseconds late) {
    events.events.clear();
    watch.write(faulty(0, core::Fault::Crc, 2));
    core::Row next = row(1);
    next.uptime += late;
    watch.write(next);
    watch.finish(kEnd);
    return events.events.at(1).fields;
  };
  for (const core::Nanoseconds late : {-300us, 0us, 1us, 300us}) {
    const auto fields = told(late);
    EXPECT_THAT(fields, Contains(Pair("duration_s", Value{1.0})));
    EXPECT_THAT(fields, Contains(Pair("words", Value{std::string{"sensor \"inlet\" had faults for "
                                                                 "1 s: 2 of 10 readings, "
                                                                 "crc:2"}})));
  }
}

TEST_F(RowWatchTest, TheLastWindowOfARunCountsAsFarAsItCame) {
  const auto expect = [this](core::Nanoseconds end, double field, const std::string& words) {
    events.events.clear();
    watch.write(faulty(0, core::Fault::Crc, 2));
    watch.finish(end);
    const auto& fields = events.events.at(1).fields;
    EXPECT_THAT(fields, Contains(Pair("duration_s", Value{field})));
    EXPECT_THAT(fields, Contains(Pair("words", Value{"sensor \"inlet\" had faults for " + words +
                                                     ": 2 of 10 readings, crc:2"})));
  };
  expect(kEnd, 1.0, "1 s");  // its window is over by then
  expect(100s + 300ms, 0.3, "0.3 s");
  expect(100s + 20ms, 0.02, "less than 0.1 s");
  expect(99s, 0.0, "less than 0.1 s");  // never negative
}

TEST_F(RowWatchTest, LongStretchesAreToldInMinutesAndHours) {
  const auto words = [this](core::Nanoseconds length) {
    events.events.clear();
    core::Row found = row(0);
    found.uptime += length;
    watch.write(faulty(0, core::Fault::Absent, 10));
    watch.write(found);
    return events.events.at(1).fields.back().second;
  };
  const std::string start = "sensor \"inlet\" is there again after ";
  EXPECT_EQ(words(12'340ms), Value{start + "12.3 s"});
  EXPECT_EQ(words(120s - 1ms), Value{start + "120 s"});
  EXPECT_EQ(words(121s), Value{start + "2 min"});
  EXPECT_EQ(words(2h), Value{start + "2 h"});
}

TEST_F(RowWatchTest, ADeviceThatGoesAndComesIsLostOnceAndFoundOnce) {
  good(0, 2);
  for (int second = 2; second < 50; ++second) {
    watch.write(faulty(second, core::Fault::Absent, 10));
  }
  good(50, 70);
  watch.finish(kEnd);
  ASSERT_THAT(events.kinds(), ElementsAre("sensor_lost", "sensor_found"));
  EXPECT_EQ(events.events[0].severity, core::Severity::Error);
  EXPECT_EQ(events.events[0].time, kStart + 2s);
  EXPECT_EQ(events.events[1].time, kStart + 50s);
  EXPECT_THAT(events.events[1].fields, Contains(Pair("duration_s", Value{48.0})));
  EXPECT_THAT(events.events[1].fields, Contains(Pair("faulty", Value{std::int64_t{480}})));
}

TEST_F(RowWatchTest, AWindowThatIsAbsentInPartIsAFaultAndNoLoss) {
  watch.write(faulty(0, core::Fault::Absent, 9));
  EXPECT_THAT(events.kinds(), ElementsAre("faults_began"));
}

TEST_F(RowWatchTest, ABurstOfMissedSlotsIsOneEventOfTheReader) {
  good(0, 2);
  for (const std::string sensor : {"inlet", "outlet"}) {
    watch.write(missing(2, 1, sensor));
    watch.write(missing(3, 9, sensor));
  }
  good(4, 15);
  watch.finish(kEnd);
  ASSERT_THAT(events.kinds(), ElementsAre("overrun_burst"));
  const auto& burst = events.events[0];
  EXPECT_EQ(burst.time, kStart + 2s);
  EXPECT_THAT(burst.fields, Contains(Pair("reader", Value{std::string{"fast"}})));
  EXPECT_THAT(burst.fields, Contains(Pair("missed", Value{std::int64_t{10}})));
  EXPECT_THAT(burst.fields, Contains(Pair("scheduled", Value{std::int64_t{20}})));
  EXPECT_THAT(burst.fields, Contains(Pair("late_max_us", Value{6000.0})));
}

TEST_F(RowWatchTest, OneMissedSlotOfManyIsNoBurst) {
  core::Row one = missing(0, 1);
  one.counts = {.scheduled = 11, .good = 10, .missed = 1};
  watch.write(one);
  watch.finish(kEnd);
  EXPECT_THAT(events.events, IsEmpty());
}

TEST_F(RowWatchTest, DroppedSamplesAreAnError) {
  core::Row full = row(0);
  full.counts = {.scheduled = 10, .good = 7, .dropped = 3};
  watch.write(full);
  good(1, 12);
  ASSERT_THAT(events.kinds(), ElementsAre("samples_dropped"));
  EXPECT_EQ(events.events[0].severity, core::Severity::Error);
  EXPECT_THAT(events.events[0].fields, Contains(Pair("dropped", Value{std::int64_t{3}})));
}

TEST_F(RowWatchTest, RowsOfAnUnknownSensorArePassedOver) {
  core::Row other = faulty(0, core::Fault::Crc, 10);
  other.sensor = "other";
  watch.write(other);
  EXPECT_THAT(events.events, IsEmpty());
}

}  // namespace
}  // namespace isotherm::aggregate
