#include "aggregate/slot_grid.hpp"

#include <gtest/gtest.h>

namespace isotherm::aggregate {
namespace {

using core::MonotonicTime;
using core::Nanoseconds;

constexpr MonotonicTime kOrigin{Nanoseconds{1'000}};

TEST(SlotGridTest, ASlotBelongsToTheStretchThatBeginsAtItsTime) {
  const SlotGrid grid{kOrigin, Nanoseconds{10}};
  EXPECT_EQ(grid.first_slot_from(kOrigin + Nanoseconds{29}), 3U);
  EXPECT_EQ(grid.first_slot_from(kOrigin + Nanoseconds{30}), 3U);
  EXPECT_EQ(grid.first_slot_from(kOrigin + Nanoseconds{31}), 4U);
}

TEST(SlotGridTest, NoSlotLiesBeforeTheOrigin) {
  const SlotGrid grid{kOrigin, Nanoseconds{10}};
  EXPECT_EQ(grid.first_slot_from(MonotonicTime{}), 0U);
  EXPECT_EQ(grid.first_slot_from(kOrigin), 0U);
  EXPECT_EQ(grid.first_slot_from(kOrigin + Nanoseconds{1}), 1U);
}

TEST(SlotGridTest, StaysExactAfterYearsAtTheHighestRate) {
  const SlotGrid grid{kOrigin, std::chrono::microseconds{50}};
  const std::uint64_t slot = 20'000ULL * 86'400 * 365 * 50;
  EXPECT_EQ(grid.first_slot_from(grid.time_of(slot)), slot);
  EXPECT_EQ(grid.first_slot_from(grid.time_of(slot) + Nanoseconds{1}), slot + 1);
  EXPECT_EQ(grid.first_slot_from(grid.time_of(slot) - Nanoseconds{1}), slot);
}

TEST(SlotGridTest, DueSlotsAreTheMultiplesOfTheDivisor) {
  for (std::uint64_t every = 1; every <= 5; ++every) {
    for (std::uint64_t from = 0; from <= 12; ++from) {
      for (std::uint64_t to = 0; to <= 12; ++to) {
        std::uint64_t expected = 0;
        for (std::uint64_t slot = from; slot < to; ++slot) {
          if (slot % every == 0) {
            ++expected;
          }
        }
        EXPECT_EQ(due_slots(from, to, every), expected) << from << " to " << to << " / " << every;
      }
    }
  }
}

}  // namespace
}  // namespace isotherm::aggregate
