// What keeps real-time threads from taking all of a core. Up to Linux 6.11 they are stopped when
// they have used kernel.sched_rt_runtime_us of a kernel.sched_rt_period_us (sched(7)). Linux 6.12
// took that out; the setting is left to the admission of SCHED_DEADLINE, and to the groups of
// CONFIG_RT_GROUP_SCHED (kernel Documentation/scheduler/sched-rt-group.rst). Instead a server with
// a deadline runs the ordinary threads of a core that starve.
#pragma once

#include <chrono>

#include "core/attribute.hpp"
#include "core/time.hpp"

namespace isotherm::os {

// Its defaults. What they are set to only root may see, in debugfs (sched/fair_server).
inline constexpr core::Nanoseconds kFairServerPeriod = std::chrono::seconds{1};
inline constexpr core::Nanoseconds kFairServerRuntime = std::chrono::milliseconds{50};
// Left of a core to its real-time threads, if ordinary ones want the rest.
inline constexpr double kShareBesideFairServer =
    1.0 - static_cast<double>(kFairServerRuntime.count()) /
              static_cast<double>(kFairServerPeriod.count());

// By the release in /proc/version; false where that names none.
[[nodiscard]] bool has_fair_server(const core::FileTree& files);

}  // namespace isotherm::os
