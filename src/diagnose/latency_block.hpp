// One block of `isotherm latency`: how it is to be run, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/histogram.hpp"
#include "core/time.hpp"
#include "diagnose/latency_arm.hpp"

namespace isotherm::diagnose {

struct BlockShape {
  core::Nanoseconds period{0};
  std::uint64_t slots = 0;  // measured ones
  // Run before and not measured: the first wake-ups of a process find cold caches and page tables,
  // and one in 500 of those would be the p99.9 of the block.
  std::uint64_t warm_up_slots = 0;
  // Run under the processor's counters, and not measured either: a counter makes each context
  // switch slower. 0 where the machine does not count.
  std::uint64_t counted_slots = 0;
};

// What the kernel counted for the measuring thread during the measured slots.
struct BlockUsage {
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::optional<std::uint64_t> migrations;
  core::Nanoseconds cpu_time{0};
};

struct BlockResult {
  // Nothing where the program does not say (cyclictest). Else scheduled = measured + missed.
  std::optional<std::uint64_t> scheduled;
  std::optional<std::uint64_t> missed;
  std::uint64_t measured = 0;
  core::Histogram lateness;

  // Nothing where it was not asked (cyclictest), or the kernel did not answer.
  std::optional<BlockUsage> usage;

  // What the processor counted during the counted slots, of which there were so many.
  std::uint64_t counted_slots = 0;
  std::optional<std::uint64_t> instructions;
  std::optional<std::uint64_t> cache_misses;
  bool counted_user_only = false;  // the kernel's part was left out
};

struct BlockOutcome {
  enum class Kind : std::uint8_t { Done, Refused, Interrupted };

  Kind kind = Kind::Done;
  BlockResult result;  // Done
  std::string reason;  // Refused: why, and what would mend it

  [[nodiscard]] static BlockOutcome refused(std::string why) {
    return {.kind = Kind::Refused, .result = {}, .reason = std::move(why)};
  }
};

// Runs blocks one at a time.
class BlockRunner {
 public:
  virtual ~BlockRunner() = default;

  // Housekeeping. Returns when the block is over, or earlier if the user ended the measurement.
  [[nodiscard]] virtual BlockOutcome run(const LatencyArm& arm, const BlockShape& shape) = 0;
};

}  // namespace isotherm::diagnose
