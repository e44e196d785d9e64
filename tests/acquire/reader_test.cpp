#include "acquire/reader.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "support/fake_clock.hpp"
#include "support/scripted_sensor.hpp"

namespace isotherm::acquire {
namespace {

using core::Nanoseconds;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// A reader with its surroundings: a fake clock, a ring, and what came out of it.
class ReaderTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kRoom = 100'000;

  ReaderTest() { settings.period = milliseconds{1}; }

  // Adds a sensor whose reads take `takes` and give `reading`.
  void add_sensor(std::uint32_t every, test::ScriptedSensor::Script script) {
    scripts.push_back(std::make_unique<test::ScriptedSensor>(std::move(script)));
    sensors.push_back({scripts.back().get(), every});
  }

  void add_plain_sensor(std::uint32_t every = 1) {
    add_sensor(every, [](const core::SlotInfo& slot) {
      return core::Reading::good(static_cast<double>(slot.ordinal));
    });
  }

  void run(std::uint64_t slots) {
    counters = std::make_unique<core::ReaderCounters>(sensors.size());
    reader = std::make_unique<Reader>(settings, sensors, ring->writer(), clock, *counters,
                                      worst_slots.get());
    origin = clock.now() + milliseconds{10};
    reader->run(origin, slots);
    ring->reader().drain([this](const core::Sample& sample) { samples.push_back(sample); });
  }

  [[nodiscard]] std::vector<std::uint64_t> slots_of(std::uint64_t sensor) const {
    std::vector<std::uint64_t> slots;
    for (const core::Sample& sample : samples) {
      if (sample.sensor == sensor) {
        slots.push_back(sample.slot);
      }
    }
    return slots;
  }

  void expect_identity() const {
    for (const core::SensorCounters& sensor : counters->sensors) {
      EXPECT_EQ(sensor.scheduled.load(), sensor.good.load() + sensor.faulty.load() +
                                             sensor.missed.load() + sensor.dropped.load());
    }
  }

  ReaderSettings settings;
  test::FakeClock clock;
  std::vector<std::unique_ptr<test::ScriptedSensor>> scripts;
  std::vector<ReaderSensor> sensors;
  std::unique_ptr<ring::SampleRing> ring = std::make_unique<ring::SampleRing>(kRoom);
  std::unique_ptr<core::ReaderCounters> counters;
  std::unique_ptr<WorstSlots> worst_slots;
  std::unique_ptr<Reader> reader;
  core::MonotonicTime origin;
  std::vector<core::Sample> samples;
};

TEST_F(ReaderTest, EverySlotGivesOneSampleASensorInOrder) {
  add_plain_sensor();
  add_plain_sensor();
  run(1000);
  std::vector<std::uint64_t> all(1000);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(slots_of(0), all);
  EXPECT_EQ(slots_of(1), all);
  EXPECT_EQ(counters->slots.load(), 1000U);
  EXPECT_EQ(counters->next_slot.load(), 1000U);
  EXPECT_TRUE(counters->finished.load());
  expect_identity();
}

TEST_F(ReaderTest, ADayOfSlotsEndsOnTheGridToTheNanosecond) {
  settings.period = Nanoseconds{333'333'333};  // 3 Hz, rounded to a nanosecond
  ring = std::make_unique<ring::SampleRing>(300'000);
  add_plain_sensor();
  constexpr std::uint64_t kDay = std::uint64_t{3} * 86'400;
  // Each wake-up is late by an odd amount: lateness must not add up.
  clock.oversleep = [](core::MonotonicTime) { return Nanoseconds{17'311}; };
  run(kDay);
  EXPECT_EQ(samples.size(), kDay);
  EXPECT_EQ(clock.now(), origin + settings.period * (kDay - 1) + Nanoseconds{17'311});
  EXPECT_EQ(counters->lateness.max(), Nanoseconds{17'311});
  EXPECT_EQ(counters->missed_slots.load(), 0U);
}

TEST_F(ReaderTest, ADivisorReadsItsShareBeginningWithSlotZero) {
  add_plain_sensor(1);
  add_plain_sensor(4);
  run(10);
  EXPECT_EQ(slots_of(0).size(), 10U);
  EXPECT_EQ(slots_of(1), (std::vector<std::uint64_t>{0, 4, 8}));
  EXPECT_EQ(counters->sensors[1].scheduled.load(), 3U);
}

TEST_F(ReaderTest, AReadThatOverrunsMissesWholeSlotsAndStaysOnTheGrid) {
  add_sensor(1, [this](const core::SlotInfo& slot) {
    clock.advance(slot.ordinal == 3 ? Nanoseconds{2'500'000} : Nanoseconds{1000});
    return core::Reading::good(20.0);
  });
  run(10);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 1, 2, 3, 6, 7, 8, 9}));
  EXPECT_EQ(counters->sensors[0].missed.load(), 2U);
  EXPECT_EQ(counters->missed_slots.load(), 2U);
  // No burst: after the overrun the reader is on time again.
  EXPECT_EQ(samples[4].lateness_ns, 0U);
  expect_identity();
}

TEST_F(ReaderTest, AnOverrunByLessThanTheGridsNextPointStillMissesThatSlot) {
  add_sensor(1, [this](const core::SlotInfo& slot) {
    clock.advance(slot.ordinal == 0 ? Nanoseconds{1'000'001} : Nanoseconds{0});
    return core::Reading::good(20.0);
  });
  run(4);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 2, 3}));
}

TEST_F(ReaderTest, EndingExactlyOnTheNextSlotMissesNothing) {
  add_sensor(1, [this](const core::SlotInfo&) {
    clock.advance(milliseconds{1});
    return core::Reading::good(20.0);
  });
  run(4);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST_F(ReaderTest, ALateWakeUpReadsItsSlotLateAndMissesTheOnesThatPassed) {
  add_plain_sensor(1);
  add_plain_sensor(2);
  clock.oversleep = [this](core::MonotonicTime deadline) {
    return deadline == origin + milliseconds{5} ? Nanoseconds{3'200'000} : Nanoseconds{0};
  };
  origin = clock.now() + milliseconds{10};
  run(12);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 9, 10, 11}));
  EXPECT_EQ(slots_of(1), (std::vector<std::uint64_t>{0, 2, 4, 10}));
  EXPECT_EQ(counters->sensors[0].missed.load(), 3U);
  EXPECT_EQ(counters->sensors[1].missed.load(), 2U);  // slots 6 and 8
  EXPECT_EQ(counters->lateness.max(), Nanoseconds{3'200'000});
  expect_identity();
}

TEST_F(ReaderTest, OrdinalsJumpOverMissedSlots) {
  std::vector<std::uint64_t> ordinals;
  add_sensor(2, [&](const core::SlotInfo& slot) {
    ordinals.push_back(slot.ordinal);
    EXPECT_EQ(slot.since_origin, milliseconds{2} * static_cast<std::int64_t>(slot.ordinal));
    clock.advance(slot.ordinal == 1 ? milliseconds{5} : milliseconds{0});
    return core::Reading::good(20.0);
  });
  run(12);
  EXPECT_EQ(ordinals, (std::vector<std::uint64_t>{0, 1, 4, 5}));
}

TEST_F(ReaderTest, StopPolicyEndsAtTheFirstMissedSlotAndCountsIt) {
  settings.overrun = OverrunPolicy::Stop;
  add_sensor(1, [this](const core::SlotInfo& slot) {
    clock.advance(slot.ordinal == 2 ? Nanoseconds{1'500'000} : Nanoseconds{0});
    return core::Reading::good(20.0);
  });
  run(100);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_TRUE(counters->stopped_by_overrun.load());
  EXPECT_EQ(counters->sensors[0].missed.load(), 1U);
  EXPECT_EQ(counters->next_slot.load(), 4U);
  expect_identity();
}

TEST_F(ReaderTest, AFaultIsASampleAndIsCountedByItsReason) {
  add_sensor(1, [](const core::SlotInfo& slot) {
    return slot.ordinal % 3 == 0 ? core::Reading::faulty(core::Fault::Crc)
                                 : core::Reading::good(1.0);
  });
  run(9);
  EXPECT_EQ(samples.size(), 9U);
  EXPECT_EQ(samples[3].fault(), core::Fault::Crc);
  EXPECT_FALSE(samples[3].good());
  EXPECT_TRUE(samples[4].good());
  EXPECT_EQ(counters->sensors[0].faulty.load(), 3U);
  EXPECT_EQ(counters->sensors[0].faults[core::index_of(core::Fault::Crc)].load(), 3U);
  expect_identity();
}

TEST_F(ReaderTest, AFullRingDropsTheNewestAndTheNextSampleSaysHowMany) {
  ring = std::make_unique<ring::SampleRing>(4);
  std::vector<core::Sample> early;
  add_sensor(1, [&](const core::SlotInfo& slot) {
    if (slot.ordinal == 7) {  // slots 4, 5 and 6 found the ring full
      ring->reader().drain([&](const core::Sample& sample) { early.push_back(sample); });
    }
    return core::Reading::good(1.0);
  });
  run(9);
  ASSERT_EQ(early.size(), 4U);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{7, 8}));
  EXPECT_EQ(early.back().dropped_total, 0U);
  EXPECT_EQ(samples.front().dropped_total, 3U);
  EXPECT_EQ(counters->sensors[0].dropped.load(), 3U);
  expect_identity();
}

TEST_F(ReaderTest, AStopRequestWhileAsleepEndsWithoutSchedulingAnotherSlot) {
  add_plain_sensor();
  std::uint64_t sleeps = 0;
  clock.after_sleep = [&] {
    if (++sleeps == 6) {
      reader->request_stop();
      return false;
    }
    return true;
  };
  run(1000);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(counters->next_slot.load(), 5U);
  EXPECT_TRUE(counters->finished.load());
}

TEST_F(ReaderTest, AnInterruptionWithoutAStopRequestLosesNoSlot) {
  add_plain_sensor();
  std::uint64_t sleeps = 0;
  clock.after_sleep = [&] { return ++sleeps % 3 != 0; };
  run(20);
  EXPECT_EQ(slots_of(0).size(), 20U);
}

TEST_F(ReaderTest, LatenessAndDurationOfEachSensorAreItsOwn) {
  const auto slow = [this](const core::SlotInfo&) {
    clock.advance(Nanoseconds{40'000});
    return core::Reading::good(1.0);
  };
  add_sensor(1, slow);
  add_sensor(1, slow);
  run(2);
  EXPECT_EQ(samples[0].lateness_ns, 0U);
  EXPECT_EQ(samples[0].duration_ns, 40'000U);
  EXPECT_EQ(samples[1].lateness_ns, 40'000U);
  EXPECT_EQ(samples[1].duration_ns, 40'000U);
  EXPECT_EQ(counters->busy.max(), Nanoseconds{80'000});
}

TEST_F(ReaderTest, ASpinTailWakesEarlierAndReadsOnTheSlot) {
  settings.spin = microseconds{50};
  clock.look = Nanoseconds{10};
  add_plain_sensor();
  run(5);
  EXPECT_EQ(samples.size(), 5U);
  EXPECT_LE(counters->lateness.max(), Nanoseconds{20});
}

TEST_F(ReaderTest, ASpinTailIsLateByWhatAWakeUpExceedsItAtFirst) {
  settings.spin = microseconds{50};
  clock.look = Nanoseconds{10};
  clock.oversleep = [](core::MonotonicTime) { return microseconds{80}; };
  add_plain_sensor();
  run(1);
  EXPECT_GE(samples[0].lateness_ns, 30'000U);
  EXPECT_LE(samples[0].lateness_ns, 30'100U);
}

TEST_F(ReaderTest, ASpinTailLearnsWhatAWakeUpTakesAndCoversOnlyTheRest) {
  settings.spin = microseconds{50};
  clock.look = Nanoseconds{10};
  // 60 to 100 us, in turns: without learning, every slot would be 10 to 50 us late.
  clock.oversleep = [turn = 0](core::MonotonicTime) mutable {
    return microseconds{60 + (turn++ % 5) * 10};
  };
  add_plain_sensor();
  run(400);
  ASSERT_EQ(samples.size(), 400U);
  for (std::size_t slot = 200; slot < 400; ++slot) {
    EXPECT_LE(samples[slot].lateness_ns, 20U) << slot;
  }
}

TEST_F(ReaderTest, ASpinTailsAlarmIsSetOncePerSlot) {
  settings.spin = microseconds{50};
  clock.look = Nanoseconds{10};
  std::uint64_t sleeps = 0;
  clock.after_sleep = [&sleeps] { return ++sleeps > 0; };
  add_plain_sensor();
  run(100);
  EXPECT_EQ(sleeps, 100U);
}

TEST_F(ReaderTest, AStopRequestBeforeTheSpinTailEndsWithoutThatSlot) {
  settings.spin = microseconds{500};
  clock.look = Nanoseconds{10};
  std::uint64_t sleeps = 0;
  clock.after_sleep = [&] {
    if (++sleeps == 3) {
      reader->request_stop();
    }
    return sleeps != 3;
  };
  add_plain_sensor();
  run(10);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_TRUE(counters->finished.load());
}

TEST_F(ReaderTest, AReaderWhoseSensorsAreNotDueStillKeepsItsSlots) {
  add_plain_sensor(100);
  run(250);
  EXPECT_EQ(slots_of(0), (std::vector<std::uint64_t>{0, 100, 200}));
  EXPECT_EQ(counters->slots.load(), 250U);
}

TEST_F(ReaderTest, OffersEachSlotWithItsLatenessItsBusyTimeItsLongestReadAndWhatItMissed) {
  worst_slots = std::make_unique<WorstSlots>(8, settings.period);
  clock.oversleep = [](core::MonotonicTime) { return Nanoseconds{7'000}; };
  const auto takes = [this](Nanoseconds at_slot_1, Nanoseconds else_) {
    return [this, at_slot_1, else_](const core::SlotInfo& slot) {
      clock.advance(slot.ordinal == 1 ? at_slot_1 : else_);
      return core::Reading::good(1.0);
    };
  };
  add_sensor(1, takes(Nanoseconds{2'000}, Nanoseconds{3'000}));
  add_sensor(1, takes(Nanoseconds{2'500'000}, Nanoseconds{1'000}));
  run(5);
  std::vector<SlotRecord> records;
  worst_slots->drain([&records](const SlotRecord& record) { records.push_back(record); });
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].slot, 0U);
  EXPECT_EQ(records[0].lateness, Nanoseconds{7'000});
  EXPECT_EQ(records[0].busy, Nanoseconds{4'000});
  EXPECT_EQ(records[0].sensor, 0U);
  EXPECT_EQ(records[0].costliest, Nanoseconds{3'000});
  EXPECT_EQ(records[0].missed, 0U);
  EXPECT_EQ(records[1].slot, 1U);
  EXPECT_EQ(records[1].busy, Nanoseconds{2'502'000});
  EXPECT_EQ(records[1].sensor, 1U);
  EXPECT_EQ(records[1].costliest, Nanoseconds{2'500'000});
  EXPECT_EQ(records[1].missed, 2U);
  EXPECT_EQ(records[2].slot, 4U);
}

TEST_F(ReaderTest, ASlotInWhichNothingIsReadIsOfferedWithoutASensorsTime) {
  worst_slots = std::make_unique<WorstSlots>(8, settings.period);
  add_sensor(2, [this](const core::SlotInfo&) {
    clock.advance(Nanoseconds{9'000});
    return core::Reading::good(1.0);
  });
  run(2);
  std::vector<SlotRecord> records;
  worst_slots->drain([&records](const SlotRecord& record) { records.push_back(record); });
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].busy, Nanoseconds{0});
  EXPECT_EQ(records[1].costliest, Nanoseconds{0});
}

}  // namespace
}  // namespace isotherm::acquire
