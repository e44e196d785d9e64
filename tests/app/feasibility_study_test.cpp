#include "app/feasibility_study.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/feasibility_report.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_file_tree.hpp"
#include "support/fake_helper_threads.hpp"

namespace isotherm::app {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using core::Nanoseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAdapter = "/sys/devices/platform/soc/fe804000.i2c/i2c-1";

sensor::SensorSettings sim(const std::string& name, Nanoseconds stall, double stall_rate) {
  sensor::SensorSettings settings;
  settings.name = name;
  settings.sim.stall = stall;
  settings.sim.stall_rate = stall_rate;
  return settings;
}

PlannedReader reader(const std::string& name, Nanoseconds period, int priority,
                     std::vector<sensor::SensorSettings> sensors) {
  PlannedReader planned;
  planned.settings.name = name;
  planned.settings.period = period;
  planned.settings.where = "kiln.toml:7";
  planned.priority = priority;
  planned.cores = core::CpuSet{1};
  planned.sensors = std::move(sensors);
  return planned;
}

SensorMeasurement took(Nanoseconds worst) {
  return {.reads = 200, .median = worst, .worst = worst, .cpu_worst = worst / 10};
}

class FeasibilityStudyTest : public ::testing::Test {
 protected:
  void add_hwmon_on_i2c() {
    const std::string real = std::string{kAdapter} + "/1-0048/hwmon/hwmon0";
    files_.set(real + "/name", "lm75");
    files_.set(real + "/temp1_input", "21000");
    files_.link(real + "/device", std::string{kAdapter} + "/1-0048");
    files_.link("/sys/class/hwmon/hwmon0", real);
  }

  static sensor::SensorSettings hwmon(const std::string& name) {
    sensor::SensorSettings settings;
    settings.name = name;
    settings.driver = sensor::DriverKind::Hwmon;
    settings.device = "1-0048";
    return settings;
  }

  StationSensors open(const StationPlan& plan) {
    std::vector<Problem> mistakes;
    StationSensors sensors = open_sensors(plan, files_, helpers_, clock_, mistakes);
    for (const Problem& mistake : mistakes) {
      ADD_FAILURE() << mistake.what;
    }
    return sensors;
  }

  Study certain(const StationPlan& plan) { return study_certain(plan, open(plan), files_); }

  test::FakeFileTree files_;
  test::FakeClock clock_;
  test::FakeHelperThreads helpers_;
};

TEST_F(FeasibilityStudyTest, ADeviceThatIsSlowAtEachReadingCannotBeReadFasterThanThat) {
  StationPlan plan;
  plan.readers = {reader("fast", 1ms, 80, {sim("slow", 2ms, 1.0)})};
  const std::vector<Problem> problems = infeasible(certain(plan));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].exit_code, core::ExitCode::Unavailable);
  EXPECT_EQ(problems[0].where, "kiln.toml:7");
  EXPECT_THAT(problems[0].what,
              AllOf(HasSubstr("\"fast\" cannot hold 1 kHz"), HasSubstr("C = 2.00 ms"),
                    HasSubstr("T = 1.00 ms"), HasSubstr("\"slow\" takes 2.00 ms")));
  EXPECT_THAT(problems[0].mend, HasSubstr("at most 500 Hz"));
  plan.readers[0].settings.period = 10ms;
  EXPECT_TRUE(infeasible(certain(plan)).empty());
}

TEST_F(FeasibilityStudyTest, ATroubleThatComesNowAndThenIsNotCertain) {
  StationPlan plan;
  plan.readers = {reader("fast", 1ms, 80, {sim("lame", 50ms, 0.5)})};
  EXPECT_TRUE(infeasible(certain(plan)).empty());
}

TEST_F(FeasibilityStudyTest, AStatedClockMakesATransferCertainAndAnAssumedOneDoesNot) {
  add_hwmon_on_i2c();
  StationPlan plan;
  plan.readers = {reader("fast", 1ms, 80, {hwmon("a"), hwmon("b"), hwmon("c")})};
  EXPECT_TRUE(infeasible(certain(plan)).empty());
  files_.set(std::string{kAdapter} + "/of_node/clock-frequency", "\x00\x01\x86\xa0"s);
  const std::vector<Problem> problems = infeasible(certain(plan));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].what, HasSubstr("at least C = 1.44 ms"));
  plan.readers[0].settings.period = 2ms;
  EXPECT_TRUE(infeasible(certain(plan)).empty());
}

TEST_F(FeasibilityStudyTest, WhereEvenTheDeclaredWorstFitsNothingIsLookedAt) {
  add_hwmon_on_i2c();
  StationPlan plan;
  plan.readers = {reader("slow", 1s, 80, {hwmon("a")})};
  EXPECT_TRUE(certain(plan).readers.empty());
}

TEST_F(FeasibilityStudyTest, ATransferIsAddedWhereNoReadCanHaveContainedOne) {
  SensorStudy study;
  study.bus = diagnose::SensorBus{.kind = diagnose::BusKind::I2c,
                                  .name = "i2c-1",
                                  .clock_hertz = 100'000,
                                  .clock_stated = true,
                                  .transfer = 480us};
  study.measured = took(3us);
  EXPECT_EQ(measured_cost(study), 483us) << "served from the driver's cache";
  EXPECT_EQ(study.bus_added, 480us);
  study.measured = took(520us);
  EXPECT_EQ(measured_cost(study), 520us) << "the transfer was measured";
  EXPECT_EQ(study.bus_added, 0ns);
  study.measured = took(3us);
  study.bus->kind = diagnose::BusKind::W1;
  EXPECT_EQ(measured_cost(study), 3us) << "a helper waits for it";
}

TEST_F(FeasibilityStudyTest, AMeasurementIsJudgedWithBusesAndWakeUpsAndSaidInWords) {
  add_hwmon_on_i2c();
  StationPlan plan;
  plan.readers = {reader("fast", 1ms, 80, {hwmon("a")}),
                  reader("slow", 2ms, 79, {hwmon("b"), sim("c", 1ms, 1.0)})};
  std::vector<ReaderMeasurement> measured(2);
  measured[0] = {.sensors = {took(3us)}, .wake_worst = 20us, .policy = "fifo 80 on core 1"};
  measured[1] = {.sensors = {took(3us), took(1100us)}, .wake_worst = 0ns, .policy = ""};
  os::Topology topology;
  topology.online = core::CpuSet{0, 1, 2};
  topology.allowed = topology.online;
  plan.housekeeping = core::CpuSet{0};
  const Study study = study_measured(plan, measured, files_, topology);
  EXPECT_EQ(study.result.readers[0].verdict, diagnose::Verdict::Holds);
  // 483 of its own, once waiting for the other's transfer, and 20 late.
  EXPECT_EQ(study.result.readers[0].blocking, 483us);
  EXPECT_EQ(study.result.readers[0].response, 986us);
  EXPECT_EQ(study.result.readers[1].reason, diagnose::Reason::ResponseLate);

  const std::vector<Problem> problems = infeasible(study);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].what, AllOf(HasSubstr("\"slow\" cannot hold 500 Hz"),
                                      HasSubstr("R = 3.52 ms"), HasSubstr("T = 2.00 ms"),
                                      HasSubstr("C = 1.58 ms"), HasSubstr("\"c\" takes 1.10 ms"),
                                      HasSubstr("\"fast\" (C = 483.0 us each T = 1.00 ms)")));
  EXPECT_THAT(problems[0].mend, AllOf(HasSubstr("a rate of at most"), HasSubstr("fewer sensors")));
  const std::string text = study_text(study);
  EXPECT_THAT(text, AllOf(HasSubstr("does not hold"), HasSubstr("I2C at 100 kHz (assumed) (i2c-1)"),
                          HasSubstr("measured: reader fast as fifo 80 on core 1")));
  const auto json = study_json(study);
  EXPECT_EQ(json["feasible"], false);
  EXPECT_EQ(json["readers"][0]["worst_response_ns"], 986'000);
  EXPECT_EQ(json["readers"][0]["slack_ns"], 14'000);
  EXPECT_EQ(json["readers"][0]["sensors"][0]["bus"]["added_ns"], 480'000);
  EXPECT_EQ(json["readers"][1]["costliest_sensor"], "c");
  EXPECT_EQ(json["readers"][1]["reason"], "response_late");
}

TEST_F(FeasibilityStudyTest, AnotherCoreIsOfferedWhereThereIsOne) {
  StationPlan plan;
  plan.readers = {reader("a", 1ms, 80, {sim("x", 0ns, 0.0)}),
                  reader("b", 2ms, 79, {sim("y", 0ns, 0.0)})};
  plan.housekeeping = core::CpuSet{0};
  std::vector<ReaderMeasurement> measured(2);
  measured[0].sensors = {took(900us)};
  measured[1].sensors = {took(900us)};
  os::Topology topology;
  topology.online = core::CpuSet{0, 1, 2};
  topology.allowed = topology.online;
  const auto problems = infeasible(study_measured(plan, measured, files_, topology));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].mend, HasSubstr("core = 2"));
  topology.online = core::CpuSet{0, 1};
  EXPECT_THAT(infeasible(study_measured(plan, measured, files_, topology))[0].mend,
              Not(HasSubstr("core = ")));
}

TEST(KernelLimitsTest, AreTheSharesOfTheKernelsSettingsAndTheSmallerOfACgroupsBudget) {
  os::Privileges kernel;
  EXPECT_DOUBLE_EQ(kernel_limits(kernel, 4).realtime_share, 0.95);
  EXPECT_DOUBLE_EQ(*kernel_limits(kernel, 4).deadline_cores, 3.8);
  kernel.rt_budget_us = 400'000;
  EXPECT_DOUBLE_EQ(kernel_limits(kernel, 4).realtime_share, 0.4);
  EXPECT_DOUBLE_EQ(*kernel_limits(kernel, 4).deadline_cores, 3.8);
  kernel.rt_budget_us = 0;
  EXPECT_DOUBLE_EQ(kernel_limits(kernel, 4).realtime_share, 0.95);
  kernel.rt_runtime_us = -1;
  EXPECT_DOUBLE_EQ(kernel_limits(kernel, 4).realtime_share, 1.0);
  EXPECT_FALSE(kernel_limits(kernel, 4).deadline_cores.has_value());
}

TEST(KernelLimitsTest, WithAFairServerTheSettingIsForDeadlinesAloneAndBudgetsStay) {
  os::Privileges kernel;
  kernel.fair_server = true;
  kernel.rt_runtime_us = 500'000;
  EXPECT_DOUBLE_EQ(kernel_limits(kernel, 4).realtime_share, 0.95);
  EXPECT_DOUBLE_EQ(*kernel_limits(kernel, 4).deadline_cores, 2.0);
  kernel.rt_budget_us = 400'000;
  EXPECT_DOUBLE_EQ(kernel_limits(kernel, 4).realtime_share, 0.4);
  kernel.rt_runtime_us = -1;
  EXPECT_DOUBLE_EQ(kernel_limits(kernel, 4).realtime_share, 0.95);
  EXPECT_FALSE(kernel_limits(kernel, 4).deadline_cores.has_value());
}

}  // namespace
}  // namespace isotherm::app
