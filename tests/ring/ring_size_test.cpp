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
  const std::size_t capacity = ring_capacity(milliseconds{1}, seconds{5}, {1, 10, 1000});
  EXPECT_GE(capacity, 5001U + 501U + 6U);
  EXPECT_LE(capacity, 5001U + 501U + 6U + 10U);
}

TEST(RingSizeTest, ASlowReaderStillHasRoomForItsNextSlots) {
  EXPECT_GE(ring_capacity(seconds{100}, seconds{5}, {1}), 2U);
}

}  // namespace
}  // namespace isotherm::ring
