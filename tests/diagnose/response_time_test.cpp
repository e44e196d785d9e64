#include "diagnose/response_time.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace isotherm::diagnose {
namespace {

using core::CpuSet;
using core::Nanoseconds;
using core::SchedulingPolicy;

Task task(int priority, std::int64_t period, std::int64_t cost) {
  return {.policy = SchedulingPolicy::Fifo,
          .priority = priority,
          .cores = CpuSet{0},
          .period = Nanoseconds{period},
          .cost = Nanoseconds{cost},
          .spin = Nanoseconds{0},
          .jitter = Nanoseconds{0},
          .buses = {}};
}

// -1 where there is no bound.
std::vector<std::int64_t> worst(const std::vector<Task>& tasks) {
  std::vector<std::int64_t> times;
  for (const Response& response : response_times(tasks)) {
    times.push_back(response.worst.value_or(Nanoseconds{-1}).count());
  }
  return times;
}

using Times = std::vector<std::int64_t>;

// Burns & Wellings, "Real-Time Systems and Programming Languages", task sets C and D of the chapter
// on scheduling: both are feasible though the utilisation test of Liu & Layland rejects them.
TEST(ResponseTimeTest, TheTaskSetsOfBurnsAndWellings) {
  EXPECT_EQ(worst({task(1, 80, 40), task(2, 40, 10), task(3, 20, 5)}), (Times{80, 15, 5}));
  EXPECT_EQ(worst({task(3, 7, 3), task(2, 12, 3), task(1, 20, 5)}), (Times{3, 6, 20}));
}

// Buttazzo, "Hard Real-Time Computing Systems", the example of response-time analysis: the fourth
// task takes the steps 5, 6, 7, 9, 10.
TEST(ResponseTimeTest, TheTaskSetOfButtazzo) {
  EXPECT_EQ(worst({task(4, 4, 1), task(3, 5, 1), task(2, 6, 2), task(1, 11, 1)}),
            (Times{1, 2, 4, 10}));
}

TEST(ResponseTimeTest, AResponseMayBeLongerThanItsPeriodAndIsStillFound) {
  // Half of the core goes to the first, so 6 of its own take 12.
  EXPECT_EQ(worst({task(2, 4, 2), task(1, 10, 6)}), (Times{2, 12}));
}

TEST(ResponseTimeTest, ACoreThatIsTakenWholeLeavesNoBound) {
  EXPECT_EQ(worst({task(2, 4, 4), task(1, 100, 1)}), (Times{4, -1}));
  EXPECT_EQ(worst({task(2, 4, 9), task(1, 100, 1)}), (Times{9, -1}));
}

TEST(ResponseTimeTest, ACoreThatIsTakenAlmostWholeIsWorthTheWait) {
  // 20 us of each second are left, so 1 us of its own is there within the first, and 100 us take
  // five seconds: a step of the plain iteration brings a second at the most.
  constexpr std::int64_t kSecond = 1'000'000'000;
  EXPECT_EQ(worst({task(2, kSecond, kSecond - 20'000), task(1, 60 * kSecond, 100'000)}),
            (Times{kSecond - 20'000, 5 * kSecond}));
  // 100 ms out of 2 ns in each 100 us: 5,000 s, by steps of ever less than a period.
  EXPECT_EQ(worst({task(2, 100'000, 99'998), task(1, 100 * kSecond, kSecond / 10)}),
            (Times{99'998, 5'000 * kSecond}));
}

TEST(ResponseTimeTest, EqualPrioritiesDelayEachOther) {
  EXPECT_EQ(worst({task(5, 10, 2), task(5, 20, 3)}), (Times{5, 5}));
}

TEST(ResponseTimeTest, JitterOfOthersBringsTheirJobsCloserTogetherAndOnesOwnIsAdded) {
  std::vector<Task> tasks{task(2, 10, 3), task(1, 50, 7)};
  EXPECT_EQ(worst(tasks), (Times{3, 10}));
  tasks[0].jitter = Nanoseconds{1};
  EXPECT_EQ(worst(tasks), (Times{4, 13}));
  tasks[1].jitter = Nanoseconds{5};
  EXPECT_EQ(worst(tasks), (Times{4, 18}));
}

TEST(ResponseTimeTest, ASpinTailDelaysOthersButNotTheReaderItself) {
  std::vector<Task> tasks{task(2, 10, 5), task(1, 50, 1)};
  tasks[0].spin = Nanoseconds{2};
  EXPECT_EQ(worst(tasks), (Times{3, 6}));
}

TEST(ResponseTimeTest, ReadersOfDifferentCoresDoNotMeet) {
  std::vector<Task> tasks{task(2, 10, 9), task(1, 10, 8)};
  tasks[1].cores = CpuSet{1};
  EXPECT_EQ(worst(tasks), (Times{9, 8}));
  EXPECT_TRUE(response_times(tasks)[1].others.empty());
}

TEST(ResponseTimeTest, AReaderThatMayMoveCountsOnEachOfItsCoresWithWhatItBringsAlong) {
  std::vector<Task> tasks{task(2, 10, 3), task(1, 40, 4)};
  EXPECT_EQ(worst(tasks), (Times{3, 7}));
  tasks[0].cores = CpuSet{0, 1};
  // As late as 7 after its slot, so two of its jobs may fall into a window of 10 and more.
  EXPECT_EQ(worst(tasks), (Times{3, 10}));
  EXPECT_EQ(response_times(tasks)[1].others, (std::vector<std::size_t>{0}));
}

TEST(ResponseTimeTest, DeadlineGoesBeforeEveryPriorityAndOtherBehindAll) {
  Task deadline = task(0, 10, 2);
  deadline.policy = SchedulingPolicy::Deadline;
  Task other = task(0, 10, 2);
  other.policy = SchedulingPolicy::Other;
  EXPECT_TRUE(goes_first(deadline, task(99, 1, 1)));
  EXPECT_FALSE(goes_first(other, task(1, 1, 1)));
  // Somewhere in its period, so two of its jobs may lie back to back.
  EXPECT_EQ(worst({deadline, task(99, 10, 3), other}), (Times{-1, 7, -1}));
}

TEST(ResponseTimeTest, ALessUrgentReaderOfTheSameBusBlocksOnceForEachTransfer) {
  std::vector<Task> tasks{task(2, 100, 10), task(1, 100, 30)};
  tasks[0].buses = {
      {.bus = "i2c-1", .transfers = 2, .total = Nanoseconds{10}, .longest = Nanoseconds{5}}};
  tasks[1].buses = {
      {.bus = "i2c-1", .transfers = 3, .total = Nanoseconds{30}, .longest = Nanoseconds{12}}};
  EXPECT_EQ(response_times(tasks)[0].blocking, Nanoseconds{24});
  EXPECT_EQ(worst(tasks), (Times{34, 40}));
  tasks[1].buses[0].bus = "i2c-2";
  EXPECT_EQ(worst(tasks), (Times{10, 40}));
}

TEST(ResponseTimeTest, AMoreUrgentReaderOfTheSameBusCountsEvenFromAnotherCore) {
  std::vector<Task> tasks{task(2, 100, 10), task(1, 100, 30)};
  tasks[0].cores = CpuSet{1};
  tasks[0].buses = {
      {.bus = "i2c-1", .transfers = 2, .total = Nanoseconds{10}, .longest = Nanoseconds{5}}};
  tasks[1].buses = {
      {.bus = "i2c-1", .transfers = 1, .total = Nanoseconds{10}, .longest = Nanoseconds{10}}};
  // 30 of its own, and twice 10, as the other may be late in one period and early in the next; the
  // other waits for one transfer of 10 at each of its two.
  EXPECT_EQ(worst(tasks), (Times{30, 50}));
}

TEST(ResponseTimeTest, AbsurdNumbersEndWithoutABoundAndWithoutWrappingAround) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  EXPECT_EQ(worst({task(3, 50'000, kHuge), task(2, 50'000, kHuge), task(1, kHuge, kHuge)}),
            (Times{-1, -1, -1}));
  EXPECT_EQ(worst({task(1, 0, 5)}), (Times{-1})) << "a period of 0 is no period";
}

}  // namespace
}  // namespace isotherm::diagnose
