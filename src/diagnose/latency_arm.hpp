// The arms of `isotherm latency`: the ways of running one and the same reader loop that are held
// against each other, and cyclictest(8) beside them.
//
// Words:
//   arm     one way of running the measuring thread
//   block   a short stretch of wake-ups of one arm, in a process of its own
//   round   one block of each arm, in an order of its own
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cpu_set.hpp"
#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

enum class ArmKind : std::uint8_t {
  Reader,      // the reader loop of `isotherm run`
  Cyclictest,  // the other program
};

struct LatencyArm {
  std::string name;   // "fifo-locked"
  std::string title;  // "SCHED_FIFO, pinned, memory locked"
  ArmKind kind = ArmKind::Reader;
  core::SchedulingPolicy policy = core::SchedulingPolicy::Other;
  int priority = 0;  // with Fifo, else 0
  core::CpuSet cores;
  bool locked = false;        // mlockall(2)
  core::Nanoseconds spin{0};  // spin tail
  // Why it cannot be run here and what would mend that; nothing where nothing is known against it.
  std::optional<std::string> obstacle{};
};

inline constexpr std::string_view kUnpinnedArm = "other";
inline constexpr std::string_view kBaseArm = "fifo-locked";
inline constexpr std::string_view kSpinArm = "spin";
inline constexpr std::string_view kCyclictestArm = "cyclictest";

inline constexpr core::Nanoseconds kSpinTail = std::chrono::microseconds{50};

struct LatencyMachine {
  core::CpuSet usable;  // online, and allowed to this process
  core::CpuSet online;
  core::CpuSet isolated;
};

struct LatencyChoice {
  unsigned core = 0;  // that is measured
  int priority = 0;
  core::Nanoseconds period{0};
};

// The core to measure where none was named: the last of the isolated ones, else the last of all.
// `machine.usable` must not be empty.
[[nodiscard]] unsigned default_latency_core(const LatencyMachine& machine);

// Where everything else of a measurement runs: all usable cores but the measured one. If there is
// only one, that.
[[nodiscard]] core::CpuSet cores_beside(const LatencyMachine& machine, unsigned core);

// All arms, in the order in which they are told of.
[[nodiscard]] std::vector<LatencyArm> latency_arms(const LatencyChoice& choice,
                                                   const LatencyMachine& machine);

// Their names, in that order.
[[nodiscard]] const std::vector<std::string>& latency_arm_names();

}  // namespace isotherm::diagnose
