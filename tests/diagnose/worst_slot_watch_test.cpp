#include "diagnose/worst_slot_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/proc_tree.hpp"
#include "support/fake_clock.hpp"

namespace isotherm::diagnose {
namespace {

using namespace std::chrono_literals;
using acquire::SlotRecord;
using core::Nanoseconds;

// A reader of 1 kHz on core 1, on a machine whose /proc a test changes between two looks.
class WorstSlotWatchTest : public ::testing::Test {
 protected:
  WorstSlotWatchTest() {
    put();
    for (int slot = 0; slot < 1000; ++slot) {
      counters.lateness.record(5us);
      counters.busy.record(10us);
    }
    WatchedReader watched;
    watched.period = 1ms;
    watched.sensors = {"inlet", "outlet"};
    watched.thread = {.thread = reader.thread, .cores = {1}, .priority = 80};
    watched.counters = &counters;
    watched.worst_slots = &worst;
    watch = std::make_unique<WorstSlotWatch>(tree, clock, clock, std::vector{watched}, origin);
    // Some looks at which nothing happened, for what is usual.
    for (int look = 0; look < 5; ++look) {
      cores.timer += 120;
      static_cast<void>(next_look());
    }
  }

  void put() {
    test::put_own_thread(tree, reader);
    test::put_cores(tree, cores);
  }

  std::vector<JudgedSlot> next_look(Nanoseconds overslept = 0ns) {
    const core::MonotonicTime due = clock.now() + WorstSlotWatch::kInterval;
    clock.advance(WorstSlotWatch::kInterval + overslept);
    put();
    return watch->look(due);
  }

  // A slot shortly after the last look, which is the present.
  SlotRecord slot_now(Nanoseconds lateness) const {
    return {.slot = static_cast<std::uint64_t>((clock.now() - origin) / 1ms) + 1,
            .lateness = lateness,
            .busy = 10us,
            .costliest = 6us,
            .sensor = 1};
  }

  // The one slot of this minute, after the look that follows it.
  JudgedSlot judged(const SlotRecord& record, Nanoseconds overslept = 0ns) {
    worst.offer(record);
    cores.timer += 120;
    static_cast<void>(next_look(overslept));
    auto slots = watch->finish();
    EXPECT_EQ(slots.size(), 1U);
    return slots.at(0);
  }

  test::FakeFileTree tree;
  test::FakeClock clock;
  core::MonotonicTime origin = clock.now();
  test::FakeThread reader{
      .process = 50, .thread = 51, .name = "iso-fast", .core = 1, .policy = 1, .priority = 80};
  test::FakeCores cores{.timer = 5000, .network = 10, .steal_ticks = 3};
  core::ReaderCounters counters{2};
  acquire::WorstSlots worst{3, 1ms};
  std::unique_ptr<WorstSlotWatch> watch;
};

TEST_F(WorstSlotWatchTest, AQuietMinuteShowsItsWorstSlotAsUsual) {
  worst.offer(slot_now(6us));
  worst.offer({.slot = slot_now(0us).slot + 1, .lateness = 8us});
  static_cast<void>(next_look());
  const auto closed = watch->finish();
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].judgement.cause, Cause::WithinUsual);
  EXPECT_EQ(closed[0].facts.done(), 16us);
  EXPECT_EQ(watch->evidence()[0].worst.size(), 2U);
  EXPECT_EQ(watch->evidence()[0].causes[static_cast<std::size_t>(Cause::WithinUsual)], 2U);
}

TEST_F(WorstSlotWatchTest, ASlotIsGivenWithItsTimeOnTheWallClock) {
  const SlotRecord record = slot_now(5ms);
  const core::WallTime now = clock.read().wall;
  const JudgedSlot slot = judged(record);
  EXPECT_EQ(slot.slot, record.slot);
  EXPECT_EQ(slot.time, now + 1ms);
  EXPECT_EQ(slot.judgement.cause, Cause::Unknown);
}

TEST_F(WorstSlotWatchTest, AThreadThatTookTheCoreIsNamed) {
  test::FakeThread hog{.process = 7, .thread = 8, .name = "hog", .policy = 1, .priority = 90};
  test::put_thread(tree, hog);
  hog.cpu_time += 21ms;
  test::put_thread(tree, hog);
  reader.queue_time += 20ms;
  const JudgedSlot slot = judged(slot_now(20ms));
  EXPECT_EQ(slot.judgement.cause, Cause::Competitor);
  EXPECT_EQ(slot.facts.competitor->name, "hog");
}

TEST_F(WorstSlotWatchTest, PageFaultsOfTheReaderAreCounted) {
  reader.major_faults += 3;
  EXPECT_EQ(judged(slot_now(4ms)).judgement.cause, Cause::PageFaults);
}

TEST_F(WorstSlotWatchTest, SwitchesBeyondTheUsualAreAmongTheEvidence) {
  reader.voluntary += 30;
  reader.involuntary += 2;
  const JudgedSlot slot = judged(slot_now(4ms));
  EXPECT_NEAR(slot.facts.voluntary_switches, 30.0, 0.1);
  EXPECT_NEAR(slot.facts.involuntary_switches, 2.0, 0.1);
}

TEST_F(WorstSlotWatchTest, ASlowReadNamesItsSensor) {
  SlotRecord record = slot_now(5us);
  record.busy = 20ms;
  record.costliest = 20ms;
  record.missed = 19;
  const JudgedSlot slot = judged(record);
  EXPECT_EQ(slot.judgement.cause, Cause::SlowSensor);
  EXPECT_EQ(slot.facts.sensor, "outlet");
  EXPECT_EQ(slot.missed, 19U);
}

TEST_F(WorstSlotWatchTest, AStormOfInterruptsIsHeldAgainstWhatIsUsual) {
  cores.timer += 4000;
  const JudgedSlot slot = judged(slot_now(8ms));
  EXPECT_EQ(slot.judgement.cause, Cause::Interrupts);
  EXPECT_EQ(slot.facts.interrupts.name, "LOC: Local timer interrupts");
  EXPECT_NEAR(slot.facts.interrupts.count, 4000.0, 1.0);
  EXPECT_NEAR(slot.facts.interrupts.usual, 120.0, 1.0);
}

TEST_F(WorstSlotWatchTest, StealOfItsCoreIsSeen) {
  cores.steal_ticks += 3;
  EXPECT_EQ(judged(slot_now(25ms)).judgement.cause, Cause::Steal);
}

TEST_F(WorstSlotWatchTest, AStandstillIsSeenByHousekeepingsOwnSleep) {
  EXPECT_EQ(judged(slot_now(800ms), 750ms).judgement.cause, Cause::Standstill);
}

TEST_F(WorstSlotWatchTest, WhatHappenedBeforeTheLastLookBeforeTheSlotDoesNotCount) {
  reader.major_faults += 3;
  cores.steal_ticks += 9;
  static_cast<void>(next_look());
  EXPECT_EQ(judged(slot_now(4ms)).judgement.cause, Cause::Unknown);
}

TEST_F(WorstSlotWatchTest, ASlotThatLastedOverALookIsHeldAgainstAllOfItsTime) {
  const SlotRecord record = slot_now(150ms);
  cores.steal_ticks += 14;
  static_cast<void>(next_look());  // while the reader was still late
  EXPECT_EQ(judged(record).judgement.cause, Cause::Steal);
}

TEST_F(WorstSlotWatchTest, AReaderThatHasEndedLeavesWhatWasKnownOfItAndItsCore) {
  tree.remove("/proc/self/task/51");
  cores.steal_ticks += 3;
  worst.offer(slot_now(25ms));
  clock.advance(100ms);
  test::put_cores(tree, cores);
  static_cast<void>(watch->look(clock.now()));
  const auto slots = watch->finish();
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].judgement.cause, Cause::Steal);
  EXPECT_EQ(slots[0].facts.queue_time, Nanoseconds{0});
}

TEST_F(WorstSlotWatchTest, AMachineThatTellsNothingLeavesTheCauseUnknown) {
  tree.remove("/proc");
  worst.offer(slot_now(25ms));
  clock.advance(100ms);
  static_cast<void>(watch->look(clock.now()));
  const auto slots = watch->finish();
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0].judgement.cause, Cause::Unknown);
}

TEST_F(WorstSlotWatchTest, OfAMinuteOnlyTheWorstStayAndTheyAreHandedOutOnceItIsOver) {
  for (int i = 0; i < 6; ++i) {
    worst.offer(slot_now(std::chrono::milliseconds{i + 1}));
    EXPECT_TRUE(next_look().empty());
  }
  std::vector<JudgedSlot> closed;
  while (closed.empty() && clock.now() < origin + 2min) {
    closed = next_look();
  }
  EXPECT_GE(clock.now() - origin, 1min);
  EXPECT_LT(clock.now() - origin, 61s);
  std::vector<Nanoseconds> late;
  late.reserve(closed.size());
  for (const JudgedSlot& slot : closed) {
    late.push_back(slot.facts.lateness);
  }
  EXPECT_THAT(late, ::testing::ElementsAre(6ms, 5ms, 4ms));
  EXPECT_TRUE(watch->finish().empty());
}

TEST_F(WorstSlotWatchTest, OfTheRunTheWorstOfAllMinutesStay) {
  for (const int lateness : {3, 9, 5, 7}) {
    worst.offer(slot_now(std::chrono::milliseconds{lateness}));
    static_cast<void>(next_look());
    clock.advance(1min);
  }
  static_cast<void>(watch->finish());
  std::vector<Nanoseconds> late;
  late.reserve(watch->evidence()[0].worst.size());
  for (const JudgedSlot& slot : watch->evidence()[0].worst) {
    late.push_back(slot.facts.lateness);
  }
  EXPECT_THAT(late, ::testing::ElementsAre(9ms, 7ms, 5ms));
  EXPECT_EQ(watch->evidence()[0].causes[static_cast<std::size_t>(Cause::Unknown)], 4U);
}

}  // namespace
}  // namespace isotherm::diagnose
