#include "ring/record_ring.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/trace_record.hpp"

namespace isotherm::ring {
namespace {

using TraceRing = RecordRing<core::TraceRecord>;

core::TraceRecord record_of(std::int64_t start) {
  core::TraceRecord record{};
  record.start_ns = start;
  return record;
}

template <typename Ring>
std::vector<std::int64_t> drained(Ring& ring) {
  std::vector<std::int64_t> starts;
  ring.drain([&starts](const core::TraceRecord& record) { starts.push_back(record.start_ns); });
  return starts;
}

template <typename Ring>
void expect_room_for_three(Ring& ring) {
  for (int lap = 0; lap < 5; ++lap) {
    EXPECT_TRUE(ring.push(record_of(1)));
    EXPECT_TRUE(ring.push(record_of(2)));
    EXPECT_TRUE(ring.push(record_of(3)));
    EXPECT_FALSE(ring.push(record_of(4)));
    EXPECT_EQ(drained(ring), (std::vector<std::int64_t>{1, 2, 3}));
  }
}

TEST(RecordRingTest, GivesBackWhatItTookInOrderAndOnlyOnce) {
  TraceRing ring(4);
  for (const std::int64_t start : {7, 8, 9}) {
    EXPECT_TRUE(ring.push(record_of(start)));
  }
  EXPECT_EQ(drained(ring), (std::vector<std::int64_t>{7, 8, 9}));
  EXPECT_TRUE(drained(ring).empty());
}

TEST(RecordRingTest, HoldsExactlyItsCapacityAndRefusesWhatIsNewest) {
  TraceRing ring(3);
  expect_room_for_three(ring);
}

TEST(RecordRingTest, OneThatLiesWithinItsOwnerHoldsExactlyItsCapacityToo) {
  RecordRing<core::TraceRecord, 3> ring;
  expect_room_for_three(ring);
}

}  // namespace
}  // namespace isotherm::ring
