#include "aggregate/sensor_window.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace isotherm::aggregate {
namespace {

core::Sample sample(std::uint64_t slot, std::uint32_t dropped_total,
                    core::Fault fault = core::Fault::None, double value = 20.0) {
  core::Sample made{};
  made.slot = slot & (core::kSlotLimit - 1);
  made.fault_code = static_cast<std::uint16_t>(fault);
  made.value = value;
  made.dropped_total = dropped_total;
  return made;
}

// As the ring's drain does: closes windows of ten slots until the sample fits, and returns them.
std::vector<ClosedWindow> feed(SensorWindow& window, const core::Sample& next) {
  std::vector<ClosedWindow> closed;
  while (next.slot >= window.end_slot()) {
    closed.push_back(window.close(next.dropped_total, window.end_slot() + 10));
  }
  window.add(next);
  return closed;
}

TEST(SensorWindowTest, SlotsWithoutSamplesAreMissedWhereNothingWasDropped) {
  SensorWindow window{1, 10};
  window.add(sample(0, 0));
  window.add(sample(4, 0));
  const ClosedWindow closed = window.close(0, 20);
  EXPECT_EQ(closed.counts, (core::SlotCounts{10, 2, 0, 8, 0}));
}

TEST(SensorWindowTest, DropsBetweenTwoSamplesAreToldFromMisses) {
  SensorWindow window{1, 10};
  window.add(sample(0, 0));
  window.add(sample(9, 3));
  const ClosedWindow closed = window.close(3, 20);
  EXPECT_EQ(closed.counts, (core::SlotCounts{10, 2, 0, 5, 3}));
}

TEST(SensorWindowTest, OnlyDueSlotsAreScheduled) {
  SensorWindow window{4, 10};  // due at 0, 4 and 8
  window.add(sample(0, 0));
  window.add(sample(8, 0));
  EXPECT_EQ(window.close(0, 12).counts, (core::SlotCounts{3, 2, 0, 1, 0}));
  EXPECT_EQ(window.close(0, 16).counts, (core::SlotCounts{0, 0, 0, 0, 0}));  // [10, 12)
  EXPECT_EQ(window.close(0, 20).counts, (core::SlotCounts{1, 0, 0, 1, 0}));  // [12, 16)
}

TEST(SensorWindowTest, AGapOfDropsIsExactInEveryWindowItCrosses) {
  SensorWindow window{1, 10};
  window.add(sample(6, 0));
  const auto closed = feed(window, sample(24, 17));  // slots 7 to 23 were dropped
  ASSERT_EQ(closed.size(), 2U);
  EXPECT_EQ(closed[0].counts, (core::SlotCounts{10, 1, 0, 6, 3}));
  EXPECT_EQ(closed[1].counts, (core::SlotCounts{10, 0, 0, 0, 10}));
  EXPECT_EQ(window.close(17, 40).counts, (core::SlotCounts{10, 1, 0, 5, 4}));
}

TEST(SensorWindowTest, AMixedGapGivesItsDropsToTheEarliestWindowAndKeepsTheSum) {
  SensorWindow window{1, 10};
  window.add(sample(6, 0));
  const auto closed = feed(window, sample(24, 5));  // 17 slots, 5 of them dropped
  ASSERT_EQ(closed.size(), 2U);
  EXPECT_EQ(closed[0].counts, (core::SlotCounts{10, 1, 0, 6, 3}));
  EXPECT_EQ(closed[1].counts, (core::SlotCounts{10, 0, 0, 8, 2}));
  EXPECT_EQ(window.close(5, 40).counts, (core::SlotCounts{10, 1, 0, 9, 0}));
}

TEST(SensorWindowTest, ThePublishedCountDecidesWhereNoSampleHasFollowed) {
  SensorWindow window{1, 10};
  window.add(sample(5, 0));
  EXPECT_EQ(window.close(2, 20).counts, (core::SlotCounts{10, 1, 0, 7, 2}));
  window.add(sample(12, 4));  // two more drops at 10 and 11
  EXPECT_EQ(window.close(4, 30).counts, (core::SlotCounts{10, 1, 0, 7, 2}));
}

// The published count may include drops of slots behind the window's end. They then stand in a
// window too early, and are not counted again.
TEST(SensorWindowTest, APublishedCountThatRanAheadIsNotCountedTwice) {
  SensorWindow window{1, 10};
  window.add(sample(5, 0));  // 6 to 9 were missed, 10 and 11 dropped
  EXPECT_EQ(window.close(2, 20).counts, (core::SlotCounts{10, 1, 0, 7, 2}));
  window.add(sample(12, 2));
  EXPECT_EQ(window.close(2, 30).counts, (core::SlotCounts{10, 1, 0, 9, 0}));
}

TEST(SensorWindowTest, ASampleBehindThePublishedCountIsNoUnderflow) {
  SensorWindow window{1, 10};
  window.add(sample(5, 0));
  EXPECT_EQ(window.close(3, 20).counts.dropped, 3U);
  window.add(sample(10, 1));
  window.add(sample(19, 3));
  EXPECT_EQ(window.close(3, 30).counts, (core::SlotCounts{10, 2, 0, 8, 0}));
}

TEST(SensorWindowTest, TheCountOfDropsMayPassTwoToThe32) {
  constexpr std::uint64_t kSlots = 1'700'000'000;  // nearly a day at 20 kHz
  constexpr std::uint64_t kDropped = 1'600'000'000;
  SensorWindow window{1, kSlots};
  for (std::uint64_t k = 0; k < 5; ++k) {
    const auto dropped_total = static_cast<std::uint32_t>((k + 1) * kDropped);
    window.add(sample(k * kSlots + kSlots - 1, dropped_total));
    const ClosedWindow closed = window.close(dropped_total, (k + 2) * kSlots);
    EXPECT_EQ(closed.counts, (core::SlotCounts{kSlots, 1, 0, kSlots - kDropped - 1, kDropped}));
  }
}

TEST(SensorWindowTest, MovingTheEndChangesWhatIsScheduled) {
  SensorWindow window{1, 10};
  window.add(sample(3, 0));
  window.move_end(4);
  EXPECT_EQ(window.close(0, 9).counts, (core::SlotCounts{4, 1, 0, 3, 0}));
  EXPECT_EQ(window.begin_slot(), 4U);
  EXPECT_EQ(window.end_slot(), 9U);
}

TEST(SensorWindowTest, FaultsAreCountedByReasonAndStayOutOfTheStatistics) {
  SensorWindow window{1, 4};
  window.add(sample(0, 0, core::Fault::Crc));
  window.add(sample(1, 0, core::Fault::Timeout));
  window.add(sample(2, 0, core::Fault::Crc));
  window.add(sample(3, 0, core::Fault::None, 21.5));
  const ClosedWindow closed = window.close(0, 8);
  EXPECT_EQ(closed.counts, (core::SlotCounts{4, 1, 3, 0, 0}));
  EXPECT_EQ(closed.faults[core::index_of(core::Fault::Crc)], 2U);
  EXPECT_EQ(closed.faults[core::index_of(core::Fault::Timeout)], 1U);
  EXPECT_EQ(closed.statistics.summary()->mean, 21.5);
}

TEST(SensorWindowTest, AWindowWithoutSamplesHasNoStatisticsAndNoLateness) {
  SensorWindow window{1, 4};
  const ClosedWindow closed = window.close(0, 8);
  EXPECT_FALSE(closed.statistics.summary().has_value());
  EXPECT_FALSE(closed.lateness.has_value());
}

TEST(SensorWindowTest, LatenessIsOfFaultySamplesTooAndStartsAnewInEachWindow) {
  SensorWindow window{1, 4};
  core::Sample late = sample(0, 0, core::Fault::Timeout);
  late.lateness_ns = 5'000'000;
  window.add(late);
  EXPECT_EQ(window.close(0, 8).lateness->max, std::chrono::milliseconds{5});
  window.add(sample(4, 0));
  EXPECT_EQ(window.close(0, 12).lateness->max, core::Nanoseconds{0});
}

TEST(SensorWindowTest, LatestIsTheLastSampleWhetherGoodOrFaulty) {
  SensorWindow window{1, 4};
  EXPECT_FALSE(window.latest().has_value());
  window.add(sample(0, 0, core::Fault::None, 20.5));
  EXPECT_EQ(window.latest()->value, 20.5);
  EXPECT_EQ(window.latest()->fault, core::Fault::None);
  window.add(sample(2, 0, core::Fault::Absent));
  EXPECT_EQ(window.latest()->fault, core::Fault::Absent);
  EXPECT_EQ(window.latest()->slot, 2U);
  window.add(sample(3, 0, core::Fault::None, 20.75));
  EXPECT_EQ(window.latest()->fault, core::Fault::None);
  (void)window.close(0, 8);
  EXPECT_EQ(window.latest()->value, 20.75);
  EXPECT_EQ(window.latest()->slot, 3U);
}

#if GTEST_HAS_DEATH_TEST && !defined(NDEBUG)
TEST(SensorWindowDeathTest, ASlotThatComesTwiceIsABug) {
  SensorWindow window{1, 10};
  window.add(sample(3, 0));
  EXPECT_DEATH(window.add(sample(3, 0)), "unread_slot_");
}

TEST(SensorWindowDeathTest, MoreSamplesThanScheduledIsABug) {
  SensorWindow window{2, 4};
  for (std::uint64_t slot = 0; slot < 4; ++slot) {
    window.add(sample(slot, 0));
  }
  EXPECT_DEATH((void)window.close(0, 8), "scheduled");
}
#endif

}  // namespace
}  // namespace isotherm::aggregate
