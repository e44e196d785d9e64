// A whole measurement: trial, rounds of blocks in a shuffled order, and what they add up to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/latency_block.hpp"
#include "diagnose/latency_spread.hpp"

namespace isotherm::diagnose {

struct LatencyPlan {
  std::vector<LatencyArm> arms;
  BlockShape shape;
  std::optional<std::uint64_t> rounds;  // else as many as fit into `duration`, one at least
  core::Nanoseconds duration{0};
  std::uint64_t seed = 1;  // of the order within the rounds
};

struct BlockSummary {
  std::uint64_t round = 0;
  std::uint64_t measured = 0;
  std::array<QuantileBounds, kQuantiles.size()> quantiles;
  core::Nanoseconds max{0};
};

// An arm and what all of its blocks together gave.
struct ArmResult {
  LatencyArm arm;  // with an obstacle if it was never measured because of that
  std::vector<BlockSummary> blocks;
  BlockResult sum;           // all zero without a block
  std::uint64_t failed = 0;  // blocks that were refused after the trial had been granted
  std::string failure;       // why the last of these was

  [[nodiscard]] bool measured() const noexcept { return !blocks.empty(); }
};

// One arm's quantile over another's, see latency_spread.hpp.
struct LatencyRatio {
  std::string of;
  std::string over;
  std::size_t quantile = kP99;  // index into kQuantiles
  RatioSpread spread;
  double of_merged = 0.0;  // the quotient of the two quantiles over all blocks
};

struct LatencyResults {
  std::vector<ArmResult> arms;
  std::vector<LatencyRatio> ratios;
  std::uint64_t rounds = 0;  // planned
  std::uint64_t rounds_done = 0;
  bool interrupted = false;

  [[nodiscard]] bool any_measured() const noexcept;
};

// The order of `count` arms in round `round`: a permutation of 0 to count - 1, the same for the
// same seed on every machine.
[[nodiscard]] std::vector<std::size_t> round_order(std::size_t count, std::uint64_t round,
                                                   std::uint64_t seed);

// What a block takes, with the start and the end of its process.
[[nodiscard]] core::Nanoseconds block_time(const BlockShape& shape);

// How many rounds of `arms` blocks fit into the duration, one at least.
[[nodiscard]] std::uint64_t rounds_in(const LatencyPlan& plan, std::size_t arms);

// Adds a block to what an arm has.
void add_block(ArmResult& arm, std::uint64_t round, const BlockResult& block);

// All ratios that are to be told, of the arms that were measured in the same rounds.
[[nodiscard]] std::vector<LatencyRatio> latency_ratios(const std::vector<ArmResult>& arms);

struct LatencyProgress {
  const LatencyResults* results = nullptr;
  const LatencyArm* now = nullptr;  // is measured
  bool trial = false;               // whether it can be measured is being tried
};

// Housekeeping. `watch` is called before each block. Returns early, with what there is, once the
// runner says that the user has ended it.
[[nodiscard]] LatencyResults run_latency(const LatencyPlan& plan, BlockRunner& runner,
                                         const std::function<void(const LatencyProgress&)>& watch);

}  // namespace isotherm::diagnose
