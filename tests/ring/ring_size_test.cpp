#include "ring/ring_size.hpp"

#include <gtest/gtest.h>

namespace isotherm::ring {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RingSizeTest, HoldsEverythingThatOneSensorMakesInTheStallBudget) {
  EXPECT_GE(ring_capacity(milliseconds{1}, seconds{5}, {1}), 5001U);
  EXPECT_LE(ring_capacity(milliseconds{1}, seconds{5}, {1}), 5010U);
}

TEST(RingSizeTest, ADivisorTakesItsShareOnly) {
  const std::uint64_t capacity = ring_capacity(milliseconds{1}, seconds{5}, {1, 10, 1000});
  EXPECT_GE(capacity, 5001U + 501U + 6U);
  EXPECT_LE(capacity, 5001U + 501U + 6U + 10U);
}

TEST(RingSizeTest, ASlowReaderStillHasRoomForItsNextSlots) {
  EXPECT_GE(ring_capacity(seconds{100}, seconds{5}, {1}), 2U);
}

// 600 s at 20 kHz with 4096 sensors: 12 million slots, 49'152 million samples, 1.4 TiB.
TEST(RingSizeTest, WhatNo32BitMachineCanAddressIsStillCountedInFull) {
  const std::vector<std::uint32_t> every(4096, 1);
  const std::uint64_t capacity =
      ring_capacity(std::chrono::microseconds{50}, std::chrono::minutes{10}, every);
  EXPECT_GE(capacity, 49'152'000'000U);
  EXPECT_GE(ring_bytes(capacity), 1'572'864'000'000U);
  static_assert(sizeof(ring_bytes(0)) == 8);
}

}  // namespace
}  // namespace isotherm::ring
