#include "diagnose/cause.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace isotherm::diagnose {
namespace {

using namespace std::chrono_literals;
using core::Nanoseconds;

// A 1 kHz reader that is usually 5 us late and 10 us busy, and was looked at over 100 ms.
SlotFacts usual_slot() {
  SlotFacts facts;
  facts.period = 1ms;
  facts.usual_lateness = 5us;
  facts.usual_busy = 10us;
  facts.lateness = 5us;
  facts.busy = 10us;
  facts.costliest = 6us;
  facts.sensor = "inlet";
  facts.sensors = 2;
  facts.interval = 100ms;
  facts.queue_time = 0ns;
  facts.throttle_pause = 50ms;
  return facts;
}

SlotFacts late_slot(Nanoseconds lateness) {
  SlotFacts facts = usual_slot();
  facts.lateness = lateness;
  return facts;
}

// Its second sensor took that long.
SlotFacts slow_slot(Nanoseconds read) {
  SlotFacts facts = usual_slot();
  facts.costliest = read;
  facts.busy = read + 5us;
  return facts;
}

Competitor hog(Nanoseconds ran) {
  return {.name = "hog", .thread = 17, .policy = "fifo", .priority = 90, .core = 1, .ran = ran};
}

Cause cause_of(const SlotFacts& facts) { return judge(facts).cause; }

TEST(CauseTest, ASlotLikeMostNeedsNone) {
  EXPECT_EQ(cause_of(usual_slot()), Cause::WithinUsual);
  // Even if the machine did much meanwhile.
  SlotFacts facts = usual_slot();
  facts.steal = 50ms;
  facts.major_faults = 3;
  EXPECT_EQ(cause_of(facts), Cause::WithinUsual);
}

TEST(CauseTest, ASlotIsBeyondTheUsualIfItIsSeveralTimesAndNotablyLater) {
  EXPECT_FALSE(beyond_usual(60us, 15us, 1ms)) << "not more than four times";
  EXPECT_TRUE(beyond_usual(80us, 15us, 1ms));
  EXPECT_FALSE(beyond_usual(40us, 5us, 1ms)) << "by less than a twentieth of the period";
  EXPECT_TRUE(beyond_usual(10us, 1us, 50us));
  EXPECT_TRUE(beyond_usual(300us, 5us, 1s)) << "200 us are notable at any period";
  EXPECT_FALSE(beyond_usual(150us, 5us, 1s));
}

TEST(CauseTest, WithoutAnySignItIsUnknown) {
  const Judgement judgement = judge(late_slot(3ms));
  EXPECT_EQ(judgement.cause, Cause::Unknown);
  EXPECT_FALSE(judgement.sure);
  EXPECT_EQ(judgement.explained, 0ns);
}

TEST(CauseTest, ASignThatExplainsLessThanAQuarterIsNone) {
  SlotFacts facts = late_slot(3ms);
  facts.minor_faults = 3;  // 60 us
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
}

TEST(CauseTest, WhatExplainsOnlyAPartIsLessSure) {
  SlotFacts facts = late_slot(10ms);
  facts.steal = 4ms;
  EXPECT_EQ(cause_of(facts), Cause::Steal);
  EXPECT_FALSE(judge(facts).sure);
  facts.steal = 9ms;
  EXPECT_TRUE(judge(facts).sure);
  facts.steal = 70ms;
  EXPECT_EQ(judge(facts).explained, facts.excess()) << "never more than there is to explain";
}

TEST(CauseTest, WhoRanWhileItWaitedForItsCoreIsACompetitor) {
  SlotFacts facts = late_slot(20ms);
  facts.queue_time = 20ms;
  facts.competitor = hog(30ms);
  EXPECT_EQ(cause_of(facts), Cause::Competitor);
  EXPECT_TRUE(judge(facts).sure);
}

TEST(CauseTest, WhoRanForMuchLessThanItWaitedIsNotTheCompetitor) {
  SlotFacts facts = late_slot(20ms);
  facts.queue_time = 20ms;
  facts.competitor = hog(2ms);
  EXPECT_EQ(cause_of(facts), Cause::KeptOff);
}

TEST(CauseTest, WaitingForTheCoreWithNobodyToBeSeenIsBeingKeptOff) {
  SlotFacts facts = late_slot(20ms);
  facts.queue_time = 19ms;
  EXPECT_EQ(cause_of(facts), Cause::KeptOff);
}

TEST(CauseTest, WhereTheKernelDoesNotCountTheWaitInvoluntarySwitchesPointToTheCompetitor) {
  SlotFacts facts = late_slot(20ms);
  facts.queue_time.reset();
  facts.competitor = hog(25ms);
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
  facts.involuntary_switches = 1.0;
  EXPECT_EQ(cause_of(facts), Cause::Competitor);
}

TEST(CauseTest, AWaitOfTheKernelsPauseAfterUsingUpTheCoreIsTheLimitOnRealtimeThreads) {
  SlotFacts facts = late_slot(50ms);
  facts.queue_time = 50ms;
  facts.realtime_share = 0.94;
  EXPECT_EQ(cause_of(facts), Cause::Throttled);
  facts.realtime_share = 0.3;
  EXPECT_EQ(cause_of(facts), Cause::KeptOff) << "it had not used it up";
  facts.realtime_share = 0.94;
  facts.queue_time = 10ms;
  facts.lateness = 10ms;
  EXPECT_EQ(cause_of(facts), Cause::KeptOff) << "the pause is longer";
  facts.queue_time = 50ms;
  facts.lateness = 50ms;
  facts.throttle_pause = 0ns;
  EXPECT_EQ(cause_of(facts), Cause::KeptOff) << "there is no limit";
}

TEST(CauseTest, ASensorWhoseReadTookTheTimeIsSlow) {
  EXPECT_EQ(cause_of(slow_slot(30ms)), Cause::SlowSensor);
  EXPECT_TRUE(judge(slow_slot(30ms)).sure);
}

TEST(CauseTest, ASensorIsNotToBlameForWhatKeptItsReaderOffTheCoreMeanwhile) {
  SlotFacts facts = slow_slot(30ms);
  facts.queue_time = 29ms;
  facts.competitor = hog(29ms);
  EXPECT_EQ(cause_of(facts), Cause::Competitor);
}

TEST(CauseTest, ASensorIsNotToBlameForAPageFaultThatWentToTheDisk) {
  SlotFacts facts = slow_slot(5ms);
  facts.major_faults = 2;
  EXPECT_EQ(cause_of(facts), Cause::PageFaults);
}

TEST(CauseTest, ASensorIsNotToBlameForAStopInTheMiddleOfItsRead) {
  SlotFacts facts = slow_slot(2s);
  facts.overslept = 1950ms;
  facts.interval = 2100ms;
  EXPECT_EQ(cause_of(facts), Cause::Standstill);
}

TEST(CauseTest, StealIsBelievedLessThanASlowReadThatWasMeasured) {
  SlotFacts facts = slow_slot(10ms);
  facts.steal = 10ms;
  EXPECT_EQ(cause_of(facts), Cause::SlowSensor);
  facts = late_slot(10ms);
  facts.steal = 10ms;
  EXPECT_EQ(cause_of(facts), Cause::Steal);
}

TEST(CauseTest, PageFaultsFromMemoryCountByTheirNumber) {
  SlotFacts facts = late_slot(500us);
  facts.minor_faults = 40;
  EXPECT_EQ(cause_of(facts), Cause::PageFaults);
}

TEST(CauseTest, AStormOfInterruptsExplainsWhatItTakes) {
  SlotFacts facts = late_slot(5ms);
  facts.interrupts = {.name = "LOC: Local timer interrupts", .count = 2500, .usual = 120};
  facts.queue_time = 4ms;  // ready, but never on the core
  EXPECT_EQ(cause_of(facts), Cause::Interrupts);
}

// As seen on a virtual machine: 780 of them in 11.5 ms, and half of the time no wait for the core.
TEST(CauseTest, AStormWhoseInterruptsTakeLongIsStillOne) {
  SlotFacts facts = late_slot(11'500us);
  facts.interrupts = {.name = "LOC: Local timer interrupts", .count = 780, .usual = 57};
  EXPECT_EQ(cause_of(facts), Cause::Interrupts);
  facts.queue_time = 11'300us;
  EXPECT_EQ(cause_of(facts), Cause::Interrupts);
  facts.competitor = hog(11ms);
  EXPECT_EQ(cause_of(facts), Cause::Competitor);
}

TEST(CauseTest, TwiceTheUsualInterruptsAreNoStorm) {
  SlotFacts facts = late_slot(11'500us);
  facts.interrupts = {.name = "LOC: Local timer interrupts", .count = 300, .usual = 150};
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
  facts.queue_time = 11'300us;
  EXPECT_EQ(cause_of(facts), Cause::KeptOff);
}

TEST(CauseTest, AFewHundredInterruptsSomewhereInTheIntervalAreNotTheCauseOfAShortDelay) {
  SlotFacts facts = late_slot(90us);
  facts.interrupts = {.name = "38: eth0", .count = 300, .usual = 10};
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
}

TEST(CauseTest, TimeThatTheKernelMeasuredGoesToWhatCountedMoreOfInterruptsAndSoftirqs) {
  SlotFacts facts = late_slot(20ms);
  facts.softirq_time = 20ms;
  facts.interrupts = {.name = "LOC: Local timer interrupts", .count = 1000, .usual = 120};
  facts.softirqs = {.name = "RCU", .count = 9, .usual = 1};
  EXPECT_EQ(cause_of(facts), Cause::Interrupts);
  facts.softirqs = {.name = "NET_RX", .count = 4000, .usual = 1};
  EXPECT_EQ(cause_of(facts), Cause::Softirqs);
}

TEST(CauseTest, ATickThatHappenedToMeetASoftirqIsNotBelievedWhereThereWereHardlyAny) {
  SlotFacts facts = late_slot(3ms);
  facts.softirq_time = 10ms;
  facts.softirqs = {.name = "SCHED", .count = 5, .usual = 30};
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
  facts.steal = 10ms;
  EXPECT_EQ(cause_of(facts), Cause::Steal);
}

TEST(CauseTest, ASlowerCoreExplainsItsShareOfTheTime) {
  SlotFacts facts = usual_slot();
  facts.lateness = 100us;
  facts.frequency = 0.4;
  EXPECT_EQ(cause_of(facts), Cause::Frequency);
  facts.frequency = 0.95;
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
}

TEST(CauseTest, WhereHousekeepingOversleptAsWellTheWholeStationStoodStill) {
  SlotFacts facts = late_slot(1s);
  facts.overslept = 950ms;
  facts.interval = 1100ms;
  EXPECT_EQ(cause_of(facts), Cause::Standstill);
}

TEST(CauseTest, HousekeepingThatWakesUpALittleLateAsItOftenDoesIsNoStandstill) {
  SlotFacts facts = late_slot(200us);
  facts.overslept = 150us;
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
}

TEST(CauseTest, OnASingleCoreABusyThreadStopsHousekeepingTooButBothWaitForTheCore) {
  SlotFacts facts = late_slot(1s);
  facts.overslept = 950ms;
  facts.own_queue_time = 950ms;
  facts.queue_time = 1s;
  facts.competitor = hog(1s);
  EXPECT_EQ(cause_of(facts), Cause::Competitor);
}

TEST(CauseTest, HousekeepingThatWaitsForItsCoreIsNoStandstill) {
  SlotFacts facts = late_slot(200ms);
  facts.overslept = 200ms;
  facts.own_queue_time = 180ms;
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
}

TEST(CauseTest, AfterASuspendTheMonotonicClockHidesItsLengthAndTheSuspendIsNamedAllTheSame) {
  SlotFacts facts = late_slot(3ms);
  facts.suspended = 3600s;
  EXPECT_EQ(cause_of(facts), Cause::Suspend);
  facts.suspended = 5us;  // the error of reading two clocks
  EXPECT_EQ(cause_of(facts), Cause::Unknown);
}

TEST(CauseTest, EachCauseHasAWordOfItsOwn) {
  std::set<std::string> words;
  for (std::size_t i = 0; i < kCauseCount; ++i) {
    words.insert(std::string{cause_word(static_cast<Cause>(i))});
  }
  EXPECT_EQ(words.size(), kCauseCount);
}

}  // namespace
}  // namespace isotherm::diagnose
