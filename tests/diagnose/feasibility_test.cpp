#include "diagnose/feasibility.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace isotherm::diagnose {
namespace {

using namespace std::chrono_literals;
using core::CpuSet;
using core::Nanoseconds;
using core::SchedulingPolicy;

ReaderDemand reader(const std::string& name, int priority, Nanoseconds period, Nanoseconds cost) {
  ReaderDemand demand;
  demand.name = name;
  demand.priority = priority;
  demand.cores = CpuSet{3};
  demand.period = period;
  demand.sensors = {{.name = name + "-sensor", .worst = cost, .cpu = 0ns, .bus = ""}};
  return demand;
}

ReaderDemand deadline(Nanoseconds period, Nanoseconds runtime, Nanoseconds cost, CpuSet cores) {
  ReaderDemand demand = reader("d", 0, period, cost);
  demand.policy = SchedulingPolicy::Deadline;
  demand.runtime = runtime;
  demand.sensors[0].cpu = cost;
  demand.cores = std::move(cores);
  return demand;
}

TEST(FeasibilityTest, TheWorkedExampleOfTheDocumentationIsTrue) {
  std::ifstream file(std::string{ISOTHERM_SOURCE_DIR} + "/docs/feasibility.md");
  std::string line;
  std::vector<ReaderDemand> readers;
  std::vector<std::vector<std::int64_t>> wanted;  // us: response, slack, shortest period
  while (std::getline(file, line) && line != "<!-- worked example -->") {
  }
  while (std::getline(file, line) && line.starts_with("|")) {
    std::replace(line.begin(), line.end(), '|', ' ');
    std::istringstream cells(line);
    std::string name;
    int priority = 0;
    std::int64_t period = 0;
    std::int64_t cost = 0;
    std::vector<std::int64_t> results(3);
    if (cells >> name >> priority >> period >> cost >> results[0] >> results[1] >> results[2]) {
      readers.push_back(reader(name, priority, std::chrono::microseconds{period},
                               std::chrono::microseconds{cost}));
      wanted.push_back(results);
    }
  }
  ASSERT_EQ(readers.size(), 3U) << "docs/feasibility.md has no worked example";
  const Feasibility result = analyse(readers, {});
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const auto us = [](Nanoseconds time) { return time / 1us; };
    ASSERT_TRUE(result.readers[i].response.has_value());
    EXPECT_EQ(us(*result.readers[i].response), wanted[i][0]) << readers[i].name;
    EXPECT_EQ(us(readers[i].period - *result.readers[i].response), wanted[i][1]) << readers[i].name;
    const auto shortest = shortest_period(readers, i, {});
    ASSERT_TRUE(shortest.has_value());
    EXPECT_EQ(us(*shortest), wanted[i][2]) << readers[i].name;
  }
}

TEST(FeasibilityTest, ASlotLongerThanItsPeriodFailsUnderAnyScheduling) {
  for (const auto policy : {SchedulingPolicy::Fifo, SchedulingPolicy::RoundRobin,
                            SchedulingPolicy::Deadline, SchedulingPolicy::Other}) {
    ReaderDemand demand = reader("fast", 80, 1ms, 2ms);
    demand.policy = policy;
    demand.runtime = 1ms;
    const Feasibility result = analyse({demand}, {});
    EXPECT_EQ(result.readers[0].verdict, Verdict::Fails);
    EXPECT_EQ(result.readers[0].reason, Reason::SlotTooLong);
    EXPECT_TRUE(result.any_fails());
    EXPECT_DOUBLE_EQ(result.readers[0].utilisation, 2.0);
  }
}

TEST(FeasibilityTest, AllSensorsOfAReaderMayBeDueAtOnceAndTheCostliestIsNamed) {
  ReaderDemand demand = reader("fast", 80, 1ms, 400us);
  demand.sensors.push_back({.name = "slow", .worst = 500us, .cpu = 0ns, .bus = ""});
  demand.spin = 50us;
  EXPECT_EQ(demand.reads(), 900us);
  EXPECT_EQ(demand.cost(), 950us);
  EXPECT_EQ(demand.costliest(), 1U);
  EXPECT_EQ(analyse({demand}, {}).readers[0].response, 900us);
  demand.sensors.clear();
  EXPECT_FALSE(demand.costliest().has_value());
}

TEST(FeasibilityTest, AReaderThatComesTooLateBehindOthersFailsAndTheyAreNamed) {
  const Feasibility result =
      analyse({reader("fast", 80, 1ms, 500us), reader("slow", 79, 2ms, 1100us)}, {});
  EXPECT_EQ(result.readers[0].verdict, Verdict::Holds);
  EXPECT_EQ(result.readers[1].reason, Reason::ResponseLate);
  EXPECT_EQ(result.readers[1].response, 2600us);
  EXPECT_EQ(result.readers[1].others, (std::vector<std::size_t>{0}));
  ASSERT_EQ(result.cores.size(), 1U);
  EXPECT_NEAR(result.cores[0].utilisation, 1.05, 1e-9);
}

TEST(FeasibilityTest, AJobThatAHigherOneLeavesNoTimeHasNoBound) {
  const Feasibility result =
      analyse({reader("fast", 80, 1ms, 1ms), reader("slow", 79, 1s, 1us)}, {});
  EXPECT_EQ(result.readers[1].reason, Reason::NoBound);
}

TEST(FeasibilityTest, OtherIsPromisedNothingAndHasTheOthersBeforeIt) {
  ReaderDemand other = reader("lazy", 0, 1s, 1ms);
  other.policy = SchedulingPolicy::Other;
  const Feasibility result = analyse({other, reader("fast", 80, 1ms, 100us)}, {});
  EXPECT_EQ(result.readers[0].verdict, Verdict::NoWord);
  EXPECT_EQ(result.readers[0].reason, Reason::NotRealtime);
  EXPECT_FALSE(result.readers[0].response.has_value());
  EXPECT_FALSE(result.any_fails());
}

TEST(FeasibilityTest, TheKernelStopsRealtimeThreadsThatComputeBeyondTheirShare) {
  ReaderDemand busy = reader("busy", 80, 1ms, 960us);
  const KernelLimits limits{.realtime_share = 0.95, .deadline_cores = std::nullopt};
  EXPECT_EQ(analyse({busy}, limits).readers[0].verdict, Verdict::Holds) << "it sleeps in its reads";
  busy.sensors[0].cpu = 960us;
  EXPECT_EQ(analyse({busy}, limits).readers[0].reason, Reason::Throttled);
  EXPECT_TRUE(analyse({busy}, limits).cores[0].throttled);
  EXPECT_EQ(analyse({busy}, {}).readers[0].verdict, Verdict::Holds);
  busy.sensors[0] = {.name = "x", .worst = 10us, .cpu = 0ns, .bus = ""};
  busy.spin = 951us;
  EXPECT_EQ(analyse({busy}, limits).readers[0].reason, Reason::Throttled)
      << "spinning is computing";
}

TEST(FeasibilityTest, ADeadlineReaderNeedsRuntimeForItsReadsAndTheKernelsLeave) {
  const CpuSet one{0};
  const KernelLimits limits{.realtime_share = 0.95, .deadline_cores = 0.95};
  const auto judged = [&limits](const std::vector<ReaderDemand>& readers) {
    return analyse(readers, limits).readers[0];
  };
  EXPECT_EQ(judged({deadline(10ms, 2ms, 1ms, one)}).verdict, Verdict::Holds);
  EXPECT_EQ(judged({deadline(10ms, 2ms, 3ms, one)}).reason, Reason::RuntimeShort);
  ReaderDemand sleeping = deadline(10ms, 2ms, 3ms, one);
  sleeping.sensors[0].cpu = 1ms;
  EXPECT_EQ(judged({sleeping}).verdict, Verdict::NoWord);
  EXPECT_EQ(judged({sleeping}).reason, Reason::SleepsToo);
  const auto half = deadline(10ms, 5ms, 1ms, one);
  EXPECT_EQ(judged({half, half}).reason, Reason::NotAdmitted);
  EXPECT_NEAR(analyse({half, half}, limits).deadline_utilisation, 1.0, 1e-9);
}

TEST(FeasibilityTest, ADeadlineReaderTakesFromOthersWhatItNeedsAndAtMostItsRuntime) {
  const auto response = [](Nanoseconds runtime, Nanoseconds cost) {
    return analyse({reader("fifo", 80, 100ms, 1ms), deadline(100ms, runtime, cost, CpuSet{3})}, {})
        .readers[0]
        .response;
  };
  // Twice: late in one period and early in the next.
  EXPECT_EQ(response(20ms, 2ms), 5ms) << "a runtime is a budget, not a use of it";
  EXPECT_EQ(response(20ms, 30ms), 41ms);
}

TEST(FeasibilityTest, OnSeveralCoresBeingAdmittedIsNotBeingInTime) {
  const CpuSet two{0, 1};
  const KernelLimits limits{.realtime_share = 0.95, .deadline_cores = 1.9};
  const auto large = deadline(10ms, 9ms, 1ms, two);
  const auto small = deadline(10ms, 3ms, 1ms, two);
  EXPECT_EQ(analyse({large, small}, limits).readers[0].reason, Reason::ManyCores);
  EXPECT_EQ(analyse({small, small, small}, limits).readers[0].verdict, Verdict::Holds);
}

TEST(FeasibilityTest, TheHighestRateOfAReaderAloneIsItsCostRoundedToARateOfThreeDigits) {
  // 1 / 2.34 ms is 427.3 Hz.
  EXPECT_EQ(shortest_period({reader("fast", 80, 1ms, 2340us)}, 0, {}),
            Nanoseconds{1'000'000'000 / 427 + 1});
  EXPECT_EQ(shortest_period({reader("fast", 80, 1ms, 500us)}, 0, {}), 500us);
  EXPECT_EQ(shortest_period({reader("fast", 80, 1ms, 1us)}, 0, {}), 50us)
      << "no reader may be faster than that";
  EXPECT_FALSE(shortest_period({reader("fast", 80, 1ms, 101s)}, 0, {}).has_value());
}

TEST(FeasibilityTest, TheHighestRateLeavesTheOthersTheirs) {
  // "slow" holds as long as "fast" takes at most every other ms of its two.
  const std::vector<ReaderDemand> readers{reader("fast", 80, 2ms, 500us),
                                          reader("slow", 79, 2ms, 1500us)};
  EXPECT_EQ(shortest_period(readers, 0, {}), 2ms);
  EXPECT_EQ(shortest_period(readers, 1, {}), 2ms);
  // What fails without it as well is no reason to be slower.
  const std::vector<ReaderDemand> broken{reader("fast", 80, 2ms, 500us),
                                         reader("slow", 79, 2ms, 3ms)};
  EXPECT_EQ(shortest_period(broken, 0, {}), 500us);
}

TEST(FeasibilityTest, WhatHoldsAtTheHighestRateFailsJustAboveIt) {
  const std::vector<ReaderDemand> readers{reader("a", 80, 1ms, 210us), reader("b", 79, 7ms, 930us),
                                          reader("c", 78, 23ms, 3100us)};
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const auto shortest = shortest_period(readers, i, {});
    ASSERT_TRUE(shortest.has_value());
    std::vector<ReaderDemand> changed = readers;
    changed[i].period = *shortest;
    EXPECT_FALSE(analyse(changed, {}).any_fails()) << i;
    // Three digits: the next rate is at most one in a hundred higher.
    changed[i].period = Nanoseconds{shortest->count() / 102 * 100};
    EXPECT_TRUE(analyse(changed, {}).any_fails()) << i;
  }
}

TEST(FeasibilityTest, ARuntimeThatIsAShareOfThePeriodGrowsWithIt) {
  ReaderDemand demand = deadline(1ms, 200us, 1ms, CpuSet{0});
  EXPECT_FALSE(shortest_period({demand}, 0, {}).has_value()) << "1 ms never fits into 200 us";
  demand.runtime_by_period = true;
  EXPECT_EQ(shortest_period({demand}, 0, {}), 5ms);
}

TEST(FeasibilityTest, ABetterCoreIsOneWhereNobodyIsHarmed) {
  std::vector<ReaderDemand> readers{reader("a", 80, 1ms, 800us), reader("b", 79, 2ms, 900us),
                                    reader("c", 78, 2ms, 1500us)};
  readers[2].cores = CpuSet{2};
  ASSERT_EQ(analyse(readers, {}).readers[1].reason, Reason::ResponseLate);
  EXPECT_EQ(better_core(readers, 1, {}, CpuSet{1, 2}), 1U);
  EXPECT_FALSE(better_core(readers, 1, {}, CpuSet{2}).has_value()) << "c would be harmed";
}

}  // namespace
}  // namespace isotherm::diagnose
