#include "acquire/worst_slots.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace isotherm::acquire {
namespace {

using core::Nanoseconds;
using std::chrono::milliseconds;

SlotRecord slot_done_after(std::uint64_t slot, std::int64_t ns) {
  return {.slot = slot, .lateness = Nanoseconds{ns}};
}

std::vector<SlotRecord> handed_over(WorstSlots& worst) {
  std::vector<SlotRecord> records;
  worst.drain([&records](const SlotRecord& record) { records.push_back(record); });
  return records;
}

std::vector<std::int64_t> worst_of(std::vector<SlotRecord> records, std::size_t count) {
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return a.done() > b.done(); });
  std::vector<std::int64_t> done;
  for (std::size_t i = 0; i < std::min(count, records.size()); ++i) {
    done.push_back(records[i].done().count());
  }
  return done;
}

TEST(WorstSlotsTest, AmongWhatIsHandedOverAreTheWorstOfTheMinute) {
  WorstSlots worst(8, milliseconds{1});
  std::mt19937_64 random(1);
  std::vector<SlotRecord> all;
  std::vector<SlotRecord> records;
  for (std::uint64_t slot = 0; slot < 60'000; ++slot) {
    all.push_back(slot_done_after(slot, static_cast<std::int64_t>(random() % 1'000'000)));
    worst.offer(all.back());
    const auto some = handed_over(worst);
    records.insert(records.end(), some.begin(), some.end());
  }
  EXPECT_EQ(worst_of(records, 8), worst_of(all, 8));
  // And not much besides: 8 * ln(60000 / 8) + 8 = 79 is what is to be expected.
  EXPECT_LT(records.size(), 160U);
  EXPECT_EQ(worst.lost(), 0U);
}

TEST(WorstSlotsTest, EachMinuteBeginsAnew) {
  WorstSlots worst(1, std::chrono::seconds{1});
  worst.offer(slot_done_after(3, 1'000'000));
  worst.offer(slot_done_after(4, 10));
  worst.offer(slot_done_after(60, 20));
  worst.offer(slot_done_after(61, 15));
  const auto records = handed_over(worst);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].slot, 3U);
  EXPECT_EQ(records[1].slot, 60U);
  EXPECT_EQ(worst.stretch_of(59), 0U);
  EXPECT_EQ(worst.stretch_of(60), 1U);
}

TEST(WorstSlotsTest, WhereWholeMinutesWereMissedTheSlotCountsForItsOwn) {
  WorstSlots worst(1, std::chrono::seconds{1});
  worst.offer(slot_done_after(3, 500));
  worst.offer(slot_done_after(200, 10));
  worst.offer(slot_done_after(239, 11));
  worst.offer(slot_done_after(240, 5));
  EXPECT_EQ(handed_over(worst).size(), 4U);
}

TEST(WorstSlotsTest, ASlotThatOnlyEqualsTheLeastOfTheWorstIsNotHandedOver) {
  WorstSlots worst(2, milliseconds{1});
  for (std::uint64_t slot = 0; slot < 5; ++slot) {
    worst.offer(slot_done_after(slot, 7));
  }
  EXPECT_EQ(handed_over(worst).size(), 2U);
}

TEST(WorstSlotsTest, BusyTimeCountsLikeLateness) {
  WorstSlots worst(1, milliseconds{1});
  worst.offer({.slot = 0, .lateness = Nanoseconds{50}, .busy = Nanoseconds{10}});
  worst.offer({.slot = 1, .lateness = Nanoseconds{5}, .busy = Nanoseconds{56}});
  EXPECT_EQ(handed_over(worst).back().slot, 1U);
}

TEST(WorstSlotsTest, WithoutAnyToKeepNothingIsHandedOver) {
  WorstSlots worst(0, milliseconds{1});
  worst.offer(slot_done_after(0, 1'000'000'000));
  EXPECT_TRUE(handed_over(worst).empty());
}

TEST(WorstSlotsTest, AFullRingLosesAndCountsAndTakesTheNextThatIsAsBad) {
  WorstSlots worst(1, milliseconds{1});
  const auto room = static_cast<std::int64_t>(WorstSlots::kRingRecords);
  for (std::int64_t n = 0; n < room + 3; ++n) {
    worst.offer(slot_done_after(static_cast<std::uint64_t>(n), 100 + n));
  }
  EXPECT_EQ(worst.lost(), 3U);
  EXPECT_EQ(handed_over(worst).back().done().count(), 100 + room - 1);
  // Worse than what is known to housekeeping, though not than what was lost.
  worst.offer(slot_done_after(1000, 100 + room));
  EXPECT_EQ(handed_over(worst).size(), 1U);
}

TEST(WorstSlotsTest, APeriodLongerThanAMinuteMakesEachSlotItsOwnStretch) {
  WorstSlots worst(8, std::chrono::seconds{100});
  worst.offer(slot_done_after(0, 10));
  worst.offer(slot_done_after(1, 1));
  EXPECT_EQ(handed_over(worst).size(), 2U);
  EXPECT_EQ(worst.stretch_of(1), 1U);
}

}  // namespace
}  // namespace isotherm::acquire
