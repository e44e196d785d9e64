#include "diagnose/latency_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;
using std::chrono::milliseconds;
using testing::ElementsAre;

// Blocks as a test scripts them; by default each wake-up of an arm is late by `late_ns` of it.
class ScriptedRunner : public BlockRunner {
 public:
  BlockOutcome run(const LatencyArm& arm, const BlockShape& shape) override {
    calls.push_back({arm.name, shape.slots});
    if (interrupt_at == calls.size()) {
      return {.kind = BlockOutcome::Kind::Interrupted, .result = {}, .reason = ""};
    }
    if (const auto reason = refusals.find(arm.name); reason != refusals.end()) {
      return BlockOutcome::refused(reason->second);
    }
    if (fail_at == calls.size()) {
      return BlockOutcome::refused("killed");
    }
    BlockOutcome outcome;
    outcome.result.scheduled = shape.slots + 1;
    outcome.result.missed = 1;
    outcome.result.measured = shape.slots;
    outcome.result.usage.emplace();
    outcome.result.usage->voluntary_switches = shape.slots;
    outcome.result.usage->minor_faults = 2;
    for (std::uint64_t i = 0; i < shape.slots; ++i) {
      outcome.result.lateness.record(Nanoseconds{late_ns[arm.name]});
    }
    return outcome;
  }

  // Of the arms in their order, the trials left out.
  [[nodiscard]] std::vector<std::string> blocks(std::uint64_t slots) const {
    std::vector<std::string> names;
    for (const auto& [name, of_call] : calls) {
      if (of_call == slots) {
        names.push_back(name);
      }
    }
    return names;
  }

  std::map<std::string, std::int64_t> late_ns;
  std::map<std::string, std::string> refusals;
  std::size_t interrupt_at = 0;
  std::size_t fail_at = 0;
  std::vector<std::pair<std::string, std::uint64_t>> calls;
};

constexpr std::uint64_t kSlots = 100;

LatencyPlan plan_of(const std::vector<std::string>& names, std::uint64_t rounds) {
  LatencyPlan plan{
      .arms = {}, .shape = {.period = milliseconds{1}, .slots = kSlots}, .rounds = rounds};
  for (const std::string& name : names) {
    plan.arms.push_back({.name = name, .title = name, .cores = {1}});
  }
  return plan;
}

LatencyResults run(const LatencyPlan& plan, ScriptedRunner& runner) {
  return run_latency(plan, runner, [](const LatencyProgress& /*progress*/) {});
}

TEST(RoundOrderTest, EachRoundHasEachArmOnce) {
  for (std::uint64_t round = 0; round < 50; ++round) {
    auto order = round_order(7, round, 1);
    std::sort(order.begin(), order.end());
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 5, 6));
  }
}

TEST(RoundOrderTest, TheSameSeedGivesTheSameOrderAndRoundsDiffer) {
  EXPECT_EQ(round_order(7, 3, 1), round_order(7, 3, 1));
  std::set<std::vector<std::size_t>> orders;
  for (std::uint64_t round = 0; round < 20; ++round) {
    orders.insert(round_order(7, round, 1));
  }
  EXPECT_GT(orders.size(), 15U);
}

TEST(RoundOrderTest, EveryArmComesToEveryPlace) {
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (std::uint64_t round = 0; round < 200; ++round) {
    const auto order = round_order(4, round, 1);
    for (std::size_t place = 0; place < order.size(); ++place) {
      seen.insert({place, order[place]});
    }
  }
  EXPECT_EQ(seen.size(), 16U);
}

TEST(LatencyRunTest, ARoundsBlocksStandBesideEachOther) {
  ScriptedRunner runner;
  const LatencyResults results = run(plan_of({"a", "b", "c"}, 4), runner);
  const auto blocks = runner.blocks(kSlots);
  ASSERT_EQ(blocks.size(), 12U);
  for (std::size_t round = 0; round < 4; ++round) {
    const std::set<std::string> names(blocks.begin() + static_cast<std::ptrdiff_t>(round * 3),
                                      blocks.begin() + static_cast<std::ptrdiff_t>(round * 3 + 3));
    EXPECT_EQ(names.size(), 3U) << "round " << round;
  }
  EXPECT_EQ(results.rounds_done, 4U);
  EXPECT_FALSE(results.interrupted);
}

TEST(LatencyRunTest, BlocksOfAnArmAddUp) {
  ScriptedRunner runner;
  runner.late_ns = {{"a", 1'000}};
  const LatencyResults results = run(plan_of({"a"}, 3), runner);
  const ArmResult& arm = results.arms.at(0);
  EXPECT_EQ(arm.blocks.size(), 3U);
  EXPECT_EQ(arm.sum.measured, 3 * kSlots);
  EXPECT_EQ(arm.sum.missed, 3U);
  EXPECT_EQ(arm.sum.scheduled, 3 * (kSlots + 1));
  EXPECT_EQ(arm.sum.lateness.count(), 3 * kSlots);
  EXPECT_EQ(arm.sum.lateness.max(), Nanoseconds{1'000});
  ASSERT_TRUE(arm.sum.usage);
  EXPECT_EQ(arm.sum.usage->voluntary_switches, 3 * kSlots);
  EXPECT_EQ(arm.sum.usage->minor_faults, 6U);
  EXPECT_FALSE(arm.sum.usage->migrations);  // nobody told any
}

TEST(LatencyRunTest, WhatIsRefusedInTheTrialIsNotMeasuredAndSaysWhy) {
  ScriptedRunner runner;
  runner.refusals = {{"b", "no right; get it"}};
  const LatencyResults results = run(plan_of({"a", "b"}, 2), runner);
  EXPECT_THAT(runner.blocks(kSlots), ElementsAre("a", "a"));
  EXPECT_FALSE(results.arms.at(0).arm.obstacle);
  EXPECT_EQ(results.arms.at(1).arm.obstacle, "no right; get it");
  EXPECT_FALSE(results.arms.at(1).measured());
}

TEST(LatencyRunTest, AnArmWithAnObstacleIsNotEvenTried) {
  ScriptedRunner runner;
  LatencyPlan plan = plan_of({"a", "b"}, 1);
  plan.arms[1].obstacle = "no isolated core";
  const LatencyResults results = run(plan, runner);
  EXPECT_EQ(runner.calls.size(), 2U);  // the trial and the block of "a"
  EXPECT_EQ(results.arms.at(1).arm.obstacle, "no isolated core");
}

TEST(LatencyRunTest, WhereNothingIsPossibleThereIsNoRound) {
  ScriptedRunner runner;
  runner.refusals = {{"a", "no"}};
  const LatencyResults results = run(plan_of({"a"}, 5), runner);
  EXPECT_EQ(results.rounds, 0U);
  EXPECT_FALSE(results.any_measured());
}

TEST(LatencyRunTest, ABlockThatFailsLaterIsCountedAndTheOthersGoOn) {
  ScriptedRunner runner;
  runner.fail_at = 3;  // the trial, one block, and then this one
  const LatencyResults results = run(plan_of({"a"}, 3), runner);
  EXPECT_EQ(results.arms.at(0).blocks.size(), 2U);
  EXPECT_EQ(results.arms.at(0).failed, 1U);
  EXPECT_EQ(results.arms.at(0).failure, "killed");
}

TEST(LatencyRunTest, WhatThereWasBeforeAnInterruptionIsKept) {
  ScriptedRunner runner;
  runner.late_ns = {{"fifo-locked", 1'000}, {"other", 2'000}};
  runner.interrupt_at = 2 + 2 + 2;  // two trials, a whole round, and the second block of the next
  const LatencyResults results = run(plan_of({"other", "fifo-locked"}, 10), runner);
  EXPECT_TRUE(results.interrupted);
  EXPECT_EQ(results.rounds_done, 1U);
  EXPECT_EQ(results.arms[0].blocks.size() + results.arms[1].blocks.size(), 3U);
  // Only the round in which both were measured gives a ratio.
  ASSERT_FALSE(results.ratios.empty());
  EXPECT_EQ(results.ratios.front().spread.rounds, 1U);
}

TEST(LatencyRunTest, AnInterruptionInTheTrialEndsEverything) {
  ScriptedRunner runner;
  runner.interrupt_at = 1;
  const LatencyResults results = run(plan_of({"a", "b"}, 10), runner);
  EXPECT_EQ(runner.calls.size(), 1U);
  EXPECT_TRUE(results.interrupted);
  EXPECT_FALSE(results.any_measured());
}

TEST(LatencyRunTest, RatiosAreOverTheBaseAndOverCyclictest) {
  ScriptedRunner runner;
  runner.late_ns = {
      {"other", 80'000}, {"fifo-locked", 20'000}, {"spin", 2'000}, {"cyclictest", 10'000}};
  const LatencyResults results =
      run(plan_of({"other", "fifo-locked", "spin", "cyclictest"}, 5), runner);
  std::map<std::string, double> p99;
  for (const LatencyRatio& ratio : results.ratios) {
    EXPECT_EQ(ratio.spread.rounds, 5U);
    EXPECT_LE(ratio.spread.low, ratio.spread.median);
    EXPECT_GE(ratio.spread.high, ratio.spread.median);
    if (ratio.quantile == kP99) {
      p99[ratio.of + "/" + ratio.over] = ratio.spread.median;
      EXPECT_DOUBLE_EQ(ratio.of_merged, ratio.spread.median);
    }
  }
  EXPECT_EQ(p99, (std::map<std::string, double>{{"other/fifo-locked", 4.0},
                                                {"spin/fifo-locked", 0.1},
                                                {"fifo-locked/cyclictest", 2.0},
                                                {"spin/cyclictest", 0.2}}));
}

TEST(LatencyRunTest, AsManyRoundsAsFitAndOneAtLeast) {
  LatencyPlan plan = plan_of({"a"}, 0);
  plan.rounds.reset();
  plan.duration = block_time(plan.shape) * 2 * 10 + milliseconds{1};
  EXPECT_EQ(rounds_in(plan, 2), 10U);
  plan.duration = milliseconds{1};
  EXPECT_EQ(rounds_in(plan, 2), 1U);
  plan.rounds = 3;
  EXPECT_EQ(rounds_in(plan, 2), 3U);
}

TEST(LatencyRunTest, TheTrialIsOneSlotAndCountsOnlyWhereTheBlocksDo) {
  ScriptedRunner runner;
  static_cast<void>(run(plan_of({"a"}, 1), runner));
  EXPECT_EQ(runner.calls.at(0).second, 1U);
}

}  // namespace
}  // namespace isotherm::diagnose
