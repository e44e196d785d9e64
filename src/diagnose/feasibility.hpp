// Can the readers of a plan hold their rates? Their costs against their periods and against each
// other: response-time analysis for SCHED_FIFO and SCHED_RR, utilisation and demand for
// SCHED_DEADLINE, the kernel's limits on both, and the plain fact that a slot which alone takes
// longer than its period cannot be kept by any scheduling. docs/feasibility.md has the formulas.
// Pure.
//
//   cost      the longest that a slot may take: the spin tail and the reads of all sensors, each at
//             its worst, since there is a slot in which all of them are due (slot 0 is one)
//   fails     some slots will be missed, or no argument says that they will not
//   no word   nothing speaks against it, and nothing guarantees it (SCHED_OTHER)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/cpu_set.hpp"
#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

struct SensorCost {
  std::string name;
  core::Nanoseconds worst{0};  // of one read
  core::Nanoseconds cpu{0};    // of it, what it computes at the most; 0 where that is not known
  std::string bus;             // that it takes for the whole of it; "" if none is shared
};

struct ReaderDemand {
  std::string name;
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 0;
  core::CpuSet cores;
  core::Nanoseconds period{0};
  core::Nanoseconds spin{0};
  core::Nanoseconds jitter{0};     // how late its thread may be woken
  core::Nanoseconds runtime{0};    // with Deadline
  bool runtime_by_period = false;  // a share of the period, and not a setting of its own
  std::vector<SensorCost> sensors;

  [[nodiscard]] core::Nanoseconds reads() const;  // of all sensors in one slot
  [[nodiscard]] core::Nanoseconds cost() const;   // the spin tail as well
  [[nodiscard]] std::optional<std::size_t> costliest() const;
};

struct KernelLimits {
  // Of a core's time, what its SCHED_FIFO and SCHED_RR threads may compute: sched_rt_runtime_us /
  // sched_rt_period_us, or the budget of their cgroup (sched(7)); with Linux 6.12 and later what
  // its fair server leaves them (os/fair_server.hpp). 1: no limit.
  double realtime_share = 1.0;
  // The time of how many cores SCHED_DEADLINE threads may ask for together; nothing: no limit.
  std::optional<double> deadline_cores;
};

enum class Verdict : std::uint8_t { Holds, NoWord, Fails };

enum class Reason : std::uint8_t {
  None,
  SlotTooLong,   // the reads alone take longer than the period: true under any scheduling
  ResponseLate,  // the worst response is longer than the period
  NoBound,       // those that go first leave no time, or next to none
  Throttled,     // the kernel will stop the real-time threads of its core
  RuntimeShort,  // it computes for longer than SCHED_DEADLINE sets aside
  NotAdmitted,   // the kernel has not that much for SCHED_DEADLINE
  NotRealtime,   // SCHED_OTHER: no word
  SleepsToo,     // SCHED_DEADLINE, reads that sleep make the slot longer than the runtime: no word
  ManyCores,     // SCHED_DEADLINE: admitted on several cores, but not provably in time: no word
};

struct ReaderFeasibility {
  Verdict verdict = Verdict::Holds;
  Reason reason = Reason::None;
  core::Nanoseconds cost{0};
  double utilisation = 0.0;                   // cost / period
  std::optional<core::Nanoseconds> response;  // worst, of Fifo and RoundRobin; nothing: no bound
  core::Nanoseconds blocking{0};              // of it, waiting for buses
  std::vector<std::size_t> others;            // readers that may go first
};

struct CoreFeasibility {
  unsigned core = 0;
  double utilisation = 0.0;   // cost / period, summed up
  double realtime_cpu = 0.0;  // of it, what SCHED_FIFO and SCHED_RR compute, spin tails too
  bool throttled = false;
  std::vector<std::size_t> readers;
};

struct Feasibility {
  std::vector<ReaderFeasibility> readers;  // in the order of the demands
  std::vector<CoreFeasibility> cores;      // those with a reader, ascending
  double deadline_utilisation = 0.0;       // sum of runtime / period

  [[nodiscard]] bool any_fails() const;
};

[[nodiscard]] Feasibility analyse(const std::vector<ReaderDemand>& readers,
                                  const KernelLimits& limits);

// The shortest period at which that reader holds, and lets everybody hold who would hold without
// it; priorities and the others stay as they are. Rounded up to a rate of three digits. Nothing
// where not even the longest period that a reader may have is enough.
[[nodiscard]] std::optional<core::Nanoseconds> shortest_period(
    const std::vector<ReaderDemand>& readers, std::size_t which, const KernelLimits& limits);

// The first of `candidates` on which that reader holds and harms nobody who would hold without it.
[[nodiscard]] std::optional<unsigned> better_core(const std::vector<ReaderDemand>& readers,
                                                  std::size_t which, const KernelLimits& limits,
                                                  const core::CpuSet& candidates);

}  // namespace isotherm::diagnose
