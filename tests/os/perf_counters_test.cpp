#include "os/perf_counters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>

namespace isotherm::os {
namespace {

using testing::HasSubstr;

TEST(PerfCounterTest, CountsAtLeastTheLoopThatItWatchesOrSaysWhyItCannot) {
  PerfCounter counter(PerfEvent::Instructions);
  if (!counter.available()) {
    EXPECT_NE(counter.problem(), "");
    EXPECT_FALSE(counter.count());
    GTEST_SKIP() << "no counter of instructions here: " << counter.problem();
  }
  EXPECT_EQ(counter.problem(), "");
  std::atomic<int> work{0};
  constexpr int kTurns = 100'000;
  counter.start();
  for (int i = 0; i < kTurns; ++i) {
    work.store(i, std::memory_order_relaxed);
  }
  counter.stop();
  const auto count = counter.count();
  if (!count) {
    GTEST_SKIP() << "all counters of the processor are in use";
  }
  EXPECT_GE(*count, static_cast<std::uint64_t>(kTurns));
}

TEST(PerfCounterTest, WithoutACounterNothingHappens) {
  // Cache misses are what most virtual machines do not count.
  PerfCounter counter(PerfEvent::CacheMisses);
  counter.start();
  counter.stop();
  EXPECT_EQ(counter.available(), counter.problem().empty());
}

TEST(PerfCounterTest, EachRefusalIsToldWithItsMend) {
  EXPECT_THAT(perf_problem(EACCES, 3), HasSubstr("perf_event_paranoid is 3"));
  EXPECT_THAT(perf_problem(EPERM, std::nullopt), HasSubstr("not known"));
  EXPECT_THAT(perf_problem(EACCES, 2), HasSubstr("CAP_PERFMON"));
  EXPECT_THAT(perf_problem(ENOENT, 2), HasSubstr("virtual machines"));
  EXPECT_THAT(perf_problem(EOPNOTSUPP, 2), HasSubstr("virtual machines"));
  EXPECT_THAT(perf_problem(ENOSYS, 2), HasSubstr("CONFIG_PERF_EVENTS"));
  EXPECT_THAT(perf_problem(EMFILE, 2), HasSubstr("perf_event_open failed"));
}

}  // namespace
}  // namespace isotherm::os
