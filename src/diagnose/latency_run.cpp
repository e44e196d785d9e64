#include "diagnose/latency_run.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

namespace isotherm::diagnose {
namespace {

// Of a process: it starts, makes its thread, and reports.
constexpr core::Nanoseconds kBlockOverhead = std::chrono::milliseconds{60};

// Whether the kernel grants what an arm needs is settled by trying; one slot is enough for that.
BlockShape trial_shape(const BlockShape& shape) {
  return {.period = shape.period,
          .slots = 1,
          .warm_up_slots = 0,
          .counted_slots = shape.counted_slots > 0 ? std::uint64_t{1} : 0};
}

template <typename Number>
void add_to(std::optional<Number>& sum, const std::optional<Number>& more) {
  if (more) {
    sum = sum.value_or(Number{}) + *more;
  }
}

void add_to(std::optional<BlockUsage>& sum, const std::optional<BlockUsage>& more) {
  if (!more) {
    return;
  }
  if (!sum) {
    sum.emplace();
  }
  sum->voluntary_switches += more->voluntary_switches;
  sum->involuntary_switches += more->involuntary_switches;
  sum->minor_faults += more->minor_faults;
  sum->major_faults += more->major_faults;
  add_to(sum->migrations, more->migrations);
  sum->cpu_time += more->cpu_time;
}

const ArmResult* find_arm(const std::vector<ArmResult>& arms, std::string_view name) {
  const auto found = std::find_if(arms.begin(), arms.end(),
                                  [name](const ArmResult& arm) { return arm.arm.name == name; });
  return found == arms.end() ? nullptr : &*found;
}

std::vector<RoundPair> pairs(const ArmResult& of, const ArmResult& over, std::size_t quantile) {
  std::vector<RoundPair> rounds;
  for (const BlockSummary& block : of.blocks) {
    const auto beside =
        std::find_if(over.blocks.begin(), over.blocks.end(),
                     [&block](const BlockSummary& other) { return other.round == block.round; });
    if (beside != over.blocks.end()) {
      rounds.push_back({block.quantiles.at(quantile), beside->quantiles.at(quantile)});
    }
  }
  return rounds;
}

void add_ratios(std::vector<LatencyRatio>& ratios, const ArmResult* of, const ArmResult* over) {
  if (of == nullptr || over == nullptr || of == over) {
    return;
  }
  for (const std::size_t quantile : {kP50, kP99, kP999}) {
    if (const auto spread = ratio_spread(pairs(*of, *over, quantile))) {
      const double fraction = kQuantiles.at(quantile).fraction;
      const RoundPair merged{quantile_bounds(of->sum.lateness, fraction),
                             quantile_bounds(over->sum.lateness, fraction)};
      ratios.push_back({.of = of->arm.name,
                        .over = over->arm.name,
                        .quantile = quantile,
                        .spread = *spread,
                        .of_merged = ratio_spread({merged})->median});
    }
  }
}

}  // namespace

bool LatencyResults::any_measured() const noexcept {
  return std::any_of(arms.begin(), arms.end(), [](const ArmResult& arm) { return arm.measured(); });
}

std::vector<std::size_t> round_order(std::size_t count, std::uint64_t round, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Not std::shuffle, whose result every library chooses for itself; this generator's is fixed by
  // the standard. (Fisher and Yates; the remainder's bias is below 1e-17.)
  std::seed_seq mixed{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U),
                      static_cast<std::uint32_t>(round), static_cast<std::uint32_t>(round >> 32U)};
  std::mt19937_64 random(mixed);
  for (std::size_t left = count; left > 1; --left) {
    std::swap(order[left - 1], order[static_cast<std::size_t>(random() % left)]);
  }
  return order;
}

core::Nanoseconds block_time(const BlockShape& shape) {
  const auto slots = shape.slots + shape.warm_up_slots + shape.counted_slots;
  return shape.period * static_cast<std::int64_t>(slots) + kBlockOverhead;
}

std::uint64_t rounds_in(const LatencyPlan& plan, std::size_t arms) {
  if (plan.rounds) {
    return *plan.rounds;
  }
  const core::Nanoseconds round =
      block_time(plan.shape) * static_cast<std::int64_t>(std::max<std::size_t>(arms, 1));
  return static_cast<std::uint64_t>(std::max<std::int64_t>(plan.duration / round, 1));
}

void add_block(ArmResult& arm, std::uint64_t round, const BlockResult& block) {
  BlockSummary summary{
      .round = round, .measured = block.measured, .quantiles = {}, .max = block.lateness.max()};
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    summary.quantiles.at(i) = quantile_bounds(block.lateness, kQuantiles.at(i).fraction);
  }
  arm.blocks.push_back(summary);
  BlockResult& sum = arm.sum;
  add_to(sum.scheduled, block.scheduled);
  add_to(sum.missed, block.missed);
  sum.measured += block.measured;
  sum.lateness.merge(block.lateness);
  add_to(sum.usage, block.usage);
  sum.counted_slots += block.counted_slots;
  add_to(sum.instructions, block.instructions);
  add_to(sum.cache_misses, block.cache_misses);
  sum.counted_user_only = sum.counted_user_only || block.counted_user_only;
}

std::vector<LatencyRatio> latency_ratios(const std::vector<ArmResult>& arms) {
  std::vector<LatencyRatio> ratios;
  const ArmResult* const base = find_arm(arms, kBaseArm);
  const ArmResult* const beside = find_arm(arms, kCyclictestArm);
  for (const ArmResult& arm : arms) {
    if (&arm != beside) {
      add_ratios(ratios, &arm, base);
    }
  }
  add_ratios(ratios, base, beside);
  add_ratios(ratios, find_arm(arms, kSpinArm), beside);
  return ratios;
}

LatencyResults run_latency(const LatencyPlan& plan, BlockRunner& runner,
                           const std::function<void(const LatencyProgress&)>& watch) {
  LatencyResults results;
  std::vector<std::size_t> possible;
  for (const LatencyArm& arm : plan.arms) {
    results.arms.push_back({.arm = arm, .blocks = {}, .sum = {}, .failed = 0, .failure = ""});
  }
  for (std::size_t i = 0; i < results.arms.size() && !results.interrupted; ++i) {
    LatencyArm& arm = results.arms[i].arm;
    if (arm.obstacle) {
      continue;
    }
    watch({&results, &arm, true});
    const BlockOutcome outcome = runner.run(arm, trial_shape(plan.shape));
    results.interrupted = outcome.kind == BlockOutcome::Kind::Interrupted;
    if (outcome.kind == BlockOutcome::Kind::Refused) {
      arm.obstacle = outcome.reason;
    } else {
      possible.push_back(i);
    }
  }
  results.rounds = possible.empty() ? 0 : rounds_in(plan, possible.size());
  for (std::uint64_t round = 0; round < results.rounds && !results.interrupted; ++round) {
    for (const std::size_t turn : round_order(possible.size(), round, plan.seed)) {
      ArmResult& arm = results.arms[possible[turn]];
      watch({&results, &arm.arm, false});
      const BlockOutcome outcome = runner.run(arm.arm, plan.shape);
      if (outcome.kind == BlockOutcome::Kind::Interrupted) {
        results.interrupted = true;
        break;
      }
      if (outcome.kind == BlockOutcome::Kind::Refused) {
        ++arm.failed;
        arm.failure = outcome.reason;
        continue;
      }
      add_block(arm, round, outcome.result);
    }
    results.rounds_done += results.interrupted ? 0 : 1;
  }
  results.ratios = latency_ratios(results.arms);
  return results;
}

}  // namespace isotherm::diagnose
