#include "app/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isotherm::app {
namespace {

using ::testing::HasSubstr;

settings::Configuration two_readers() {
  settings::Configuration configuration;
  for (const int period_ms : {1, 100}) {
    settings::ReaderPlan plan;
    plan.reader.name = "r" + std::to_string(period_ms);
    plan.reader.period = std::chrono::milliseconds{period_ms};
    plan.reader.where = "file:" + std::to_string(period_ms);
    plan.sensors.resize(2);
    configuration.readers.push_back(plan);
  }
  return configuration;
}

Placement placed() {
  Placement placement;
  placement.housekeeping = core::CpuSet{0, 1};
  placement.reader_cores = {core::CpuSet{2}, core::CpuSet{3}};
  return placement;
}

TEST(PlanTest, BringsCoresPrioritiesAndRingsTogether) {
  const StationPlan plan = make_plan(two_readers(), placed());
  ASSERT_EQ(plan.readers.size(), 2U);
  EXPECT_EQ(plan.readers[0].cores, core::CpuSet{2});
  EXPECT_GT(plan.readers[0].priority, plan.readers[1].priority) << "the faster comes first";
  // Two sensors at 1 kHz for the default stall budget of 5 s.
  EXPECT_GE(plan.readers[0].ring_capacity, 10'000U);
  EXPECT_GE(plan.memory_bytes, plan.readers[0].memory_bytes + plan.readers[1].memory_bytes);
  EXPECT_EQ(plan.sensor_count(), 4U);
  EXPECT_TRUE(plan_problems(plan).empty());
}

TEST(PlanTest, ADeadlineReaderGetsAFifthOfItsPeriodUnlessItSaysOtherwise) {
  settings::Configuration configuration = two_readers();
  configuration.readers[1].reader.runtime = std::chrono::milliseconds{7};
  const StationPlan plan = make_plan(configuration, placed());
  EXPECT_EQ(plan.readers[0].runtime, std::chrono::microseconds{200});
  EXPECT_EQ(plan.readers[1].runtime, std::chrono::milliseconds{7});
}

TEST(PlanTest, ARingBeyondTheLimitIsAMistakeOfThatReader) {
  settings::Configuration configuration = two_readers();
  configuration.station.stall_budget = std::chrono::hours{24};
  const std::vector<Problem> problems = plan_problems(make_plan(configuration, placed()));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].where, "file:1");
  EXPECT_EQ(problems[0].exit_code, core::ExitCode::Config);
  EXPECT_THAT(problems[0].mend, HasSubstr("stall_budget"));
}

// A ring of 2 sensors at 1 kHz for an hour: 7.2 million samples of 32 bytes, 219 MiB.
settings::Configuration readers_of_219_mebibytes(std::size_t count) {
  settings::Configuration configuration = two_readers();
  configuration.file = "file";
  const settings::ReaderPlan one = configuration.readers.front();
  configuration.readers.assign(count, one);
  configuration.station.stall_budget = std::chrono::hours{1};
  return configuration;
}

Placement placed_on_one_core(std::size_t readers) {
  Placement placement;
  placement.housekeeping = core::CpuSet{0};
  placement.reader_cores.resize(readers, core::CpuSet{1});
  return placement;
}

TEST(PlanTest, RingsThatAreTooLargeOnlyTogetherAreAMistakeOfTheFile) {
  const std::vector<Problem> problems =
      plan_problems(make_plan(readers_of_219_mebibytes(3), placed_on_one_core(3)));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].where, "file");
  EXPECT_EQ(problems[0].exit_code, core::ExitCode::Config);
  EXPECT_THAT(problems[0].what, HasSubstr("659 MiB together, more than the limit of 512 MiB"));
  EXPECT_THAT(problems[0].mend, HasSubstr("stall_budget"));
}

TEST(PlanTest, LargeRingsWithinTheTotalAreFine) {
  EXPECT_TRUE(plan_problems(make_plan(readers_of_219_mebibytes(2), placed_on_one_core(2))).empty());
}

}  // namespace
}  // namespace isotherm::app
