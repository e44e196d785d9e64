// The guard itself: it finds every kind of violation by its name, and nothing else.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "acquire/reader.hpp"
#include "core/realtime_section.hpp"
#include "guard/violations.hpp"
#include "os/monotonic_clock.hpp"
#include "support/fake_clock.hpp"

namespace isotherm::test {
namespace {

using core::RealtimePhase;
using core::RealtimeSection;

class GuardDeathTest : public ::testing::TestWithParam<Violation> {};

TEST_P(GuardDeathTest, EndsTheProgramWhereASamplingThreadMakesTheCall) {
  const Violation& violation = GetParam();
  EXPECT_EXIT(
      {
        const RealtimeSection sampling(RealtimePhase::Sampling);
        violation.commit();
      },
      ::testing::KilledBySignal(SIGABRT),
      "real-time guard: .* called " + std::string{violation.called} + " while sampling");
}

TEST_P(GuardDeathTest, TheSameInTheReadersSleepUnlessItIsThatSleep) {
  const Violation& violation = GetParam();
  if (violation.name == "absolute-sleep") {
    GTEST_SKIP() << "the one call that is right there";
  }
  EXPECT_EXIT(
      {
        const RealtimeSection waiting(RealtimePhase::Waiting);
        violation.commit();
      },
      ::testing::KilledBySignal(SIGABRT),
      "called " + std::string{violation.called} + " while sampling");
}

INSTANTIATE_TEST_SUITE_P(EachKind, GuardDeathTest, ::testing::ValuesIn(violations()),
                         [](const auto& kind) {
                           std::string name{kind.param.name};
                           std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
                           return name + std::to_string(kind.index);
                         });

TEST(GuardTest, TheBacktraceLeadsToTheCaller) {
  EXPECT_DEATH(
      {
        const RealtimeSection sampling(RealtimePhase::Sampling);
        violations().front().commit();
      },
      "from:.*end_for.*[(]main[+]");
}

TEST(GuardTest, OutsideASectionEverythingIsAllowed) {
  {
    const RealtimeSection sampling(RealtimePhase::Sampling);
    const RealtimeSection outside(RealtimePhase::Outside);
    const std::string text(1000, 'x');
    EXPECT_EQ(text.size(), 1000U);
  }
  const std::string text = std::to_string(1.5) + std::string(1000, 'x');
  EXPECT_GT(text.size(), 1000U);
}

TEST(GuardTest, AReaderMaySleepToItsSlotLookAtTheClockAndWakeAHelper) {
  const os::MonotonicClock clock;
  std::atomic<int> requests{0};
  bool slept = false;
  {
    const RealtimeSection sampling(RealtimePhase::Sampling);
    const core::MonotonicTime now = clock.now();
    {
      const RealtimeSection waiting(RealtimePhase::Waiting);
      slept = clock.sleep_until(now + std::chrono::microseconds{1});
    }
    requests.fetch_add(1);
    requests.notify_one();
    std::free(nullptr);  // NOLINT(cppcoreguidelines-no-malloc): does nothing, and is allowed
  }
  EXPECT_TRUE(slept);
}

TEST(GuardTest, ASectionIsOfItsThreadAndEndsWithItsBlock) {
  EXPECT_EQ(core::realtime_phase, RealtimePhase::Outside);
  {
    const RealtimeSection sampling(RealtimePhase::Sampling);
    { const RealtimeSection waiting(RealtimePhase::Waiting); }
    if (core::realtime_phase != RealtimePhase::Sampling) {
      std::abort();  // an assertion of GoogleTest would allocate
    }
  }
  EXPECT_EQ(core::realtime_phase, RealtimePhase::Outside);
}

class ViolatingSensor : public core::Sensor {
 public:
  [[nodiscard]] core::Reading read(const core::SlotInfo& slot) noexcept override {
    if (slot.ordinal == 5) {
      text_.assign(1000, 'x');
    }
    return core::Reading::good(20.0);
  }
  [[nodiscard]] core::Nanoseconds declared_worst_case() const noexcept override {
    return core::Nanoseconds{0};
  }

 private:
  std::string text_;
};

TEST(GuardedReaderDeathTest, ADriverThatAllocatesEndsTheProgramAtItsSlot) {
  const FakeClock clock;
  ViolatingSensor planted;
  ring::SampleRing ring{100};
  core::ReaderCounters counters{1};
  acquire::Reader reader({}, {{&planted, 1}}, ring.writer(), clock, counters);
  reader.run(clock.now(), 5);  // as long as it behaves
  EXPECT_EQ(counters.sensors[0].good.load(), 5U);
  EXPECT_DEATH(
      {
        acquire::Reader again({}, {{&planted, 1}}, ring.writer(), clock, counters);
        again.run(clock.now(), 10);
      },
      "called malloc while sampling");
}

}  // namespace
}  // namespace isotherm::test
