#include "ring/sample_ring.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <vector>

namespace isotherm::ring {
namespace {

core::Sample sample_of_slot(std::uint64_t slot) {
  core::Sample sample{};
  sample.slot = slot & (core::kSlotLimit - 1);
  sample.value = static_cast<double>(slot) * 0.5;
  return sample;
}

std::vector<std::uint64_t> drained_slots(SampleReader& reader) {
  std::vector<std::uint64_t> slots;
  reader.drain([&slots](const core::Sample& sample) { slots.push_back(sample.slot); });
  return slots;
}

template <typename End>
concept CanPush = requires(End end, core::Sample sample) {
  end.push(sample);
};
template <typename End>
concept CanDrain = requires(End end) {
  end.drain([](const core::Sample&) {});
};

static_assert(CanPush<SampleWriter> && !CanDrain<SampleWriter>);
static_assert(CanDrain<SampleReader> && !CanPush<SampleReader>);

TEST(SampleRingTest, IsEmptyAtFirstAlthoughItsStorageWasTouched) {
  SampleRing ring(8);
  EXPECT_EQ(ring.reader().available(), 0U);
  EXPECT_TRUE(drained_slots(ring.reader()).empty());
}

TEST(SampleRingTest, HoldsExactlyItsCapacityAndRefusesTheNewest) {
  SampleRing ring(3);
  EXPECT_TRUE(ring.writer().push(sample_of_slot(0)));
  EXPECT_TRUE(ring.writer().push(sample_of_slot(1)));
  EXPECT_TRUE(ring.writer().push(sample_of_slot(2)));
  EXPECT_FALSE(ring.writer().push(sample_of_slot(3)));
  EXPECT_EQ(drained_slots(ring.reader()), (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_TRUE(ring.writer().push(sample_of_slot(4)));
  EXPECT_EQ(drained_slots(ring.reader()), std::vector<std::uint64_t>{4});
}

TEST(SampleRingTest, KeepsOrderAndContentAcrossManyLaps) {
  SampleRing ring(5);
  std::uint64_t expected = 0;
  for (std::uint64_t slot = 0; slot < 1000; ++slot) {
    ASSERT_TRUE(ring.writer().push(sample_of_slot(slot)));
    if (slot % 4 == 3) {
      ring.reader().drain([&expected](const core::Sample& sample) {
        ASSERT_EQ(sample.slot, expected);
        ASSERT_EQ(sample.value, static_cast<double>(expected) * 0.5);
        ++expected;
      });
    }
  }
  EXPECT_EQ(expected, 1000U);
}

}  // namespace
}  // namespace isotherm::ring
