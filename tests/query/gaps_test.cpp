#include "query/gaps.hpp"

#include <gtest/gtest.h>

namespace isotherm::query {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr core::WallTime kStationStart{seconds{1767225600}};

// Windows of `window` with a slot a second, but where `runs` says no; merged to minutes.
template <typename Runs>
std::vector<history::Bucket> station(seconds window, int length_s, const Runs& runs) {
  std::vector<history::Bucket> buckets;
  for (int from = 0; from < length_s; from += static_cast<int>(window.count())) {
    history::Bucket one;
    one.windows = 1;
    for (int second = from; second < from + window.count(); ++second) {
      one.counts.scheduled += runs(second) ? 1U : 0U;
    }
    one.counts.good = one.counts.scheduled;
    if (one.counts.scheduled == 0) {
      continue;
    }
    one.time = kStationStart + minutes{from / 60};
    if (!buckets.empty() && buckets.back().time == one.time) {
      history::merge_into(buckets.back(), one);
    } else {
      buckets.push_back(one);
    }
  }
  return buckets;
}

TEST(Gaps, AStationThatRunsHasNone) {
  for (const int window : {1, 7, 10, 60, 90, 300}) {
    const auto always = station(seconds{window}, 6 * 3600, [](int) { return true; });
    EXPECT_TRUE(find_gaps(always, minutes{1}).empty()) << window;
  }
  EXPECT_TRUE(find_gaps({}, minutes{1}).empty());
}

TEST(Gaps, MissedSlotsAreNoGap) {
  auto buckets = station(seconds{1}, 3600, [](int) { return true; });
  buckets[10].counts.good = 0;
  buckets[10].counts.missed = buckets[10].counts.scheduled;
  EXPECT_TRUE(find_gaps(buckets, minutes{1}).empty());
}

TEST(Gaps, AnOutageIsOneGapOfItsLength) {
  const auto buckets =
      station(seconds{1}, 7200, [](int second) { return second < 1840 || second >= 1930; });
  const auto gaps = find_gaps(buckets, minutes{1});
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].missing, seconds{90});
  EXPECT_EQ(gaps[0].from, kStationStart + minutes{30});
  EXPECT_EQ(gaps[0].to, kStationStart + minutes{33});
}

TEST(Gaps, TwoOutagesAreTwo) {
  const auto buckets = station(seconds{1}, 7200, [](int second) {
    return (second < 600 || second >= 900) && (second < 3605 || second >= 3615);
  });
  const auto gaps = find_gaps(buckets, minutes{1});
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].missing, minutes{5});
  EXPECT_EQ(gaps[1].missing, seconds{10});
}

TEST(Gaps, WindowsLongerThanAStepAreMeasuredFromRowToRow) {
  const auto buckets = station(seconds{300}, 6 * 3600,
                               [](int second) { return second < 3600 || second >= 2 * 3600; });
  const auto gaps = find_gaps(buckets, minutes{1});
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].missing, minutes{60});
}

TEST(Gaps, AWindowOfAMinuteThatIsNotThereIsOne) {
  const auto buckets =
      station(seconds{60}, 7200, [](int second) { return second < 3600 || second >= 3660; });
  const auto gaps = find_gaps(buckets, minutes{1});
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].missing, minutes{1});
}

TEST(Gaps, BeforeTheFirstAndAfterTheLastRowIsNone) {
  const auto buckets =
      station(seconds{1}, 7200, [](int second) { return second > 1830 && second < 3615; });
  EXPECT_TRUE(find_gaps(buckets, minutes{1}).empty());
}

}  // namespace
}  // namespace isotherm::query
