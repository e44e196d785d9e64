// Whether threads under SCHED_DEADLINE get what they are promised: earliest deadline first.
//
// One core: exactly if all work whose release and deadline both lie within any stretch of length t
// fits into t,
//   h(t) = sum of floor((t + T - D) / T) * C  <=  t      for each deadline t
// (processor demand criterion: Baruah, Rosier & Howell, Real-Time Systems 2, 1990), which with
// D = T comes down to U = sum of C / T <= 1 (Liu & Layland, J. ACM 20(1), 1973). The points t are
// visited downwards (QPA: Zhang & Burns, IEEE Trans. Computers 58(9), 2009). Readers ask with D = T
// only, for which U <= 1 is exact; the general test stands for deadlines shorter than periods,
// which no setting gives yet.
//
// m cores, D = T: enough is U <= m - (m - 1) * max(C / T) (Goossens, Funk & Baruah, Real-Time
// Systems 25, 2003; kernel Documentation/scheduler/sched-deadline.rst, section 3.3).
//
// What the kernel itself asks before it lets a thread in is only U <= m * sched_rt_runtime_us /
// sched_rt_period_us (same, section 4): with several cores that bounds how late it gets its
// runtime, but not to its deadline.
// Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "core/time.hpp"

namespace isotherm::diagnose {

struct Demand {
  core::Nanoseconds cost{0};      // C, of SCHED_DEADLINE the runtime
  core::Nanoseconds deadline{0};  // D, at most T
  core::Nanoseconds period{0};    // T, above 0
};

// U.
[[nodiscard]] double utilisation(const std::vector<Demand>& demands);

// h(t).
[[nodiscard]] core::Nanoseconds demand_within(const std::vector<Demand>& demands,
                                              core::Nanoseconds time);

enum class DemandVerdict : std::uint8_t {
  Holds,
  Fails,
  Unknown,  // too many points to look at; cannot happen with D = T
};

// On one core.
[[nodiscard]] DemandVerdict demand_test(const std::vector<Demand>& demands);

// On `cores` of them, D = T: whether every deadline is met for certain.
[[nodiscard]] bool global_deadline_test(const std::vector<Demand>& demands, std::size_t cores);

}  // namespace isotherm::diagnose
