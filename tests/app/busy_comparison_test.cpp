#include "app/busy_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

Study study(CostBasis basis) {
  Study study;
  study.basis = basis;
  for (const auto& [name, priority, period, cost] :
       {std::tuple{"fast", 80, 1ms, 300us}, std::tuple{"slow", 79, 4ms, 1000us}}) {
    diagnose::ReaderDemand reader;
    reader.name = name;
    reader.priority = priority;
    reader.cores = core::CpuSet{1};
    reader.period = period;
    reader.sensors = {{.name = "s", .worst = cost, .cpu = {}, .bus = ""}};
    study.readers.push_back(reader);
  }
  return study;
}

TEST(BusyComparisonTest, NothingIsSaidOfSlotsThatWereWithinTheMeasurement) {
  const auto comparisons = compare_busy(study(CostBasis::Measured),
                                        {{.p99 = 200us, .max = 300us}, {.p99 = 1us, .max = 2us}});
  ASSERT_EQ(comparisons.size(), 2U);
  EXPECT_FALSE(comparisons[0].worse);
  EXPECT_FALSE(comparisons[1].worse);
}

TEST(BusyComparisonTest, OneSlotBeyondTheMeasurementIsWorseAndTheAnalysisIsMadeAnewWithIt) {
  const auto comparisons = compare_busy(
      study(CostBasis::Measured), {{.p99 = 200us, .max = 200us}, {.p99 = 900us, .max = 1500us}});
  EXPECT_FALSE(comparisons[0].worse);
  EXPECT_TRUE(comparisons[1].worse);
  // 1500 + 3 * 300, as measured, of the one that goes first.
  EXPECT_EQ(comparisons[1].response, 2400us);
  EXPECT_THAT(comparison_words(comparisons[1]),
              AllOf(HasSubstr("worse than measured"), HasSubstr("\"slow\" took up to 1.50 ms"),
                    HasSubstr("1.00 ms were measured before the start"),
                    HasSubstr("its worst response is 2.40 ms of a period of 4.00 ms"),
                    HasSubstr("still holds")));
  const auto json = comparison_json(comparisons[1]);
  EXPECT_EQ(json["worse"], true);
  EXPECT_EQ(json["busy_max_ns"], 1'500'000);
  EXPECT_EQ(json["worst_response_ns"], 2'400'000);
  EXPECT_EQ(json["verdict"], "holds");
}

TEST(BusyComparisonTest, ADeclarationIsNotAboutASingleInterruptionUnlessThePlanBreaks) {
  const Study declared = study(CostBasis::Declared);
  EXPECT_FALSE(compare_busy(declared, {{.p99 = 300us, .max = 900us}, {}})[0].worse);
  EXPECT_TRUE(compare_busy(declared, {{.p99 = 301us, .max = 900us}, {}})[0].worse);
  const auto broken = compare_busy(declared, {{.p99 = 10us, .max = 1200us}, {}})[0];
  EXPECT_TRUE(broken.worse);
  EXPECT_EQ(broken.verdict, diagnose::Verdict::Fails);
  EXPECT_THAT(comparison_words(broken),
              AllOf(HasSubstr("worse than declared"), HasSubstr("the plan does not hold")));
}

}  // namespace
}  // namespace isotherm::app
