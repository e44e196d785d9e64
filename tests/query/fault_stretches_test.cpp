#include "query/fault_stretches.hpp"

#include <gtest/gtest.h>

namespace isotherm::query {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr core::WallTime kFirstWindow{seconds{1767225600}};

history::Bucket window(int second, std::uint64_t faulty = 0, std::uint64_t missed = 0) {
  history::Bucket bucket;
  bucket.time = kFirstWindow + seconds{second};
  bucket.windows = 1;
  bucket.counts = {10, 10 - faulty - missed, faulty, missed, 0};
  bucket.faults.at(core::index_of(core::Fault::Crc)) = faulty;
  return bucket;
}

TEST(FaultStretches, GoodWindowsAreNone) {
  FaultStretchFinder finder;
  for (int second = 0; second < 10; ++second) {
    finder.add(0, window(second));
  }
  EXPECT_TRUE(finder.finish().empty());
}

TEST(FaultStretches, ConsecutiveWindowsAreOneStretch) {
  FaultStretchFinder finder;
  finder.add(0, window(0));
  finder.add(0, window(1, 2));
  finder.add(0, window(2, 10));
  finder.add(0, window(3, 0, 1));
  finder.add(0, window(4));
  finder.add(0, window(5, 1));
  const auto found = finder.finish();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].from, kFirstWindow + seconds{1});
  EXPECT_EQ(found[0].to, kFirstWindow + seconds{4});
  EXPECT_EQ(found[0].windows, 3U);
  EXPECT_EQ(found[0].counts.faulty, 12U);
  EXPECT_EQ(found[0].counts.missed, 1U);
  EXPECT_EQ(found[0].counts.scheduled, 30U);
  EXPECT_EQ(found[0].faults.at(core::index_of(core::Fault::Crc)), 12U);
  // The last one goes on to the end of its window.
  EXPECT_EQ(found[1].from, kFirstWindow + seconds{5});
  EXPECT_EQ(found[1].to, kFirstWindow + seconds{6});
}

TEST(FaultStretches, SensorsAreToldApart) {
  FaultStretchFinder finder;
  for (int second = 0; second < 4; ++second) {
    finder.add(0, window(second, second == 2 ? 1 : 0));
    finder.add(1, window(second, second == 1 ? 1 : 0));
  }
  const auto found = finder.finish();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].sensor, 1U);
  EXPECT_EQ(found[1].sensor, 0U);
}

TEST(FaultStretches, WhereRowsAreMissingAStretchEnds) {
  FaultStretchFinder finder;
  finder.add(0, window(0));
  finder.add(0, window(1, 1));
  finder.add(0, window(2, 1));
  finder.add(0, window(100, 1));
  finder.add(0, window(101));
  const auto found = finder.finish();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].to, kFirstWindow + seconds{3});
  EXPECT_EQ(found[1].from, kFirstWindow + seconds{100});
}

// As the history answers: an hour that is good, then minutes, then windows.
TEST(FaultStretches, MergedBucketsAreAsLongAsTheirWindows) {
  FaultStretchFinder finder;
  history::Bucket minute = window(0);
  minute.windows = 60;
  finder.add(0, minute);
  for (int second = 60; second < 120; ++second) {
    finder.add(0, window(second, second >= 110 ? 1 : 0));
  }
  minute.time = kFirstWindow + seconds{120};
  finder.add(0, minute);
  const auto found = finder.finish();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].from, kFirstWindow + seconds{110});
  EXPECT_EQ(found[0].to, kFirstWindow + seconds{120});
}

TEST(FaultStretches, AClockThatGoesBackEndsAStretch) {
  FaultStretchFinder finder;
  finder.add(0, window(100));
  finder.add(0, window(101, 1));
  finder.add(0, window(5, 1));
  finder.add(0, window(6));
  EXPECT_EQ(finder.finish().size(), 2U);
}

}  // namespace
}  // namespace isotherm::query
