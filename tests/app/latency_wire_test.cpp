#include "app/latency_wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/setup_error.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using diagnose::BlockOutcome;
using ::testing::HasSubstr;

TEST(LatencyWireTest, ATaskArrivesAsItWasSent) {
  LatencyTask task;
  task.kind = LatencyTask::Kind::LoadDisk;
  task.parent = 4711;
  task.beside = {0, 2};
  task.arm.name = "spin";
  task.arm.policy = core::SchedulingPolicy::Deadline;
  task.arm.priority = 77;
  task.arm.cores = {3};
  task.arm.locked = true;
  task.arm.spin = Nanoseconds{50'000};
  task.shape = {
      .period = Nanoseconds{1'000'000}, .slots = 500, .warm_up_slots = 50, .counted_slots = 20};
  task.directory = "/tmp/a \"b\"";
  const LatencyTask arrived = parse_task(task_text(task));
  EXPECT_EQ(arrived.kind, LatencyTask::Kind::LoadDisk);
  EXPECT_EQ(arrived.parent, 4711);
  EXPECT_EQ(arrived.beside.text(), "0,2");
  EXPECT_EQ(arrived.arm.name, "spin");
  EXPECT_EQ(arrived.arm.policy, core::SchedulingPolicy::Deadline);
  EXPECT_EQ(arrived.arm.priority, 77);
  EXPECT_EQ(arrived.arm.cores.text(), "3");
  EXPECT_TRUE(arrived.arm.locked);
  EXPECT_EQ(arrived.arm.spin, Nanoseconds{50'000});
  EXPECT_EQ(arrived.shape.period, Nanoseconds{1'000'000});
  EXPECT_EQ(arrived.shape.slots, 500U);
  EXPECT_EQ(arrived.shape.warm_up_slots, 50U);
  EXPECT_EQ(arrived.shape.counted_slots, 20U);
  EXPECT_EQ(arrived.directory, "/tmp/a \"b\"");
}

TEST(LatencyWireTest, ATaskThatIsNoneIsAMistakeOfTheCommandLine) {
  for (const char* text : {"", "{}", "[1]", "block", "{\"kind\":\"x\"}"}) {
    try {
      static_cast<void>(parse_task(text));
      ADD_FAILURE() << text;
    } catch (const core::SetupError& error) {
      EXPECT_EQ(error.exit_code(), core::ExitCode::Usage);
    }
  }
}

TEST(LatencyWireTest, AResultArrivesAsItWasSent) {
  BlockOutcome outcome;
  outcome.result.scheduled = 10;
  outcome.result.missed = 2;
  outcome.result.measured = 8;
  for (const std::int64_t ns : {0, 5'000, 5'001, 70'000, 9'999'999}) {
    outcome.result.lateness.record(Nanoseconds{ns});
  }
  outcome.result.usage = {.voluntary_switches = 1,
                          .involuntary_switches = 2,
                          .minor_faults = 3,
                          .major_faults = 4,
                          .migrations = 5,
                          .cpu_time = Nanoseconds{6}};
  outcome.result.counted_slots = 20;
  outcome.result.instructions = 12'345;
  outcome.result.counted_user_only = true;
  const BlockOutcome arrived = parse_outcome(outcome_text(outcome));
  ASSERT_EQ(arrived.kind, BlockOutcome::Kind::Done);
  EXPECT_EQ(arrived.result.scheduled, 10U);
  EXPECT_EQ(arrived.result.missed, 2U);
  EXPECT_EQ(arrived.result.measured, 8U);
  EXPECT_EQ(arrived.result.lateness.max(), Nanoseconds{9'999'999});
  for (std::size_t i = 0; i < core::histogram_buckets::kCount; ++i) {
    ASSERT_EQ(arrived.result.lateness.bucket(i), outcome.result.lateness.bucket(i)) << i;
  }
  ASSERT_TRUE(arrived.result.usage);
  EXPECT_EQ(arrived.result.usage->involuntary_switches, 2U);
  EXPECT_EQ(arrived.result.usage->major_faults, 4U);
  EXPECT_EQ(arrived.result.usage->migrations, 5U);
  EXPECT_EQ(arrived.result.instructions, 12'345U);
  EXPECT_FALSE(arrived.result.cache_misses);  // not 0
  EXPECT_TRUE(arrived.result.counted_user_only);
}

TEST(LatencyWireTest, WhatWasNotCountedArrivesAsNotKnownAndNotAsNothing) {
  BlockOutcome outcome;
  outcome.result.measured = 8;
  const BlockOutcome arrived = parse_outcome(outcome_text(outcome));
  ASSERT_EQ(arrived.kind, BlockOutcome::Kind::Done) << arrived.reason;
  EXPECT_EQ(arrived.result.measured, 8U);
  EXPECT_FALSE(arrived.result.usage);
  EXPECT_FALSE(arrived.result.scheduled);
  EXPECT_FALSE(arrived.result.missed);
}

TEST(LatencyWireTest, ARefusalArrivesWithItsReason) {
  const BlockOutcome arrived = parse_outcome(outcome_text(BlockOutcome::refused("no; do \"x\"")));
  EXPECT_EQ(arrived.kind, BlockOutcome::Kind::Refused);
  EXPECT_EQ(arrived.reason, "no; do \"x\"");
}

TEST(LatencyWireTest, NonsenseIsARefusal) {
  const std::string good = outcome_text({});
  const std::string beyond = R"({"scheduled":1,"missed":0,"measured":1,"max":1,)"
                             R"("buckets":[[999999,1]],"usage":null})";
  for (const std::string& text : {std::string{}, good.substr(0, good.size() / 2), beyond}) {
    EXPECT_EQ(parse_outcome(text).kind, BlockOutcome::Kind::Refused) << text;
  }
}

}  // namespace
}  // namespace isotherm::app
