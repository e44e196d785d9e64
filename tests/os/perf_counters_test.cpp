#include "os/perf_counters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <cerrno>

#include "os/system_call.hpp"

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

// While it lives, this process opens nothing: neither files nor counters (EMFILE).
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft(NoDescriptorsLeft&&) = delete;
  NoDescriptorsLeft& operator=(NoDescriptorsLeft&&) = delete;

 private:
  rlimit before_{};
};

PerfCounter refused_counter() {
  // The first time, a sanitizer takes descriptors to look at what makes the text.
  static_cast<void>(error_text(EMFILE));
  const NoDescriptorsLeft limit;
  return PerfCounter(PerfEvent::Instructions);
}

TEST(PerfCounterTest, WithoutACounterNothingHappensAndItSaysWhy) {
  PerfCounter counter = refused_counter();
  EXPECT_FALSE(counter.available());
  EXPECT_NE(counter.problem(), "");
  counter.start();
  counter.stop();
  EXPECT_EQ(counter.count(), std::nullopt);
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
