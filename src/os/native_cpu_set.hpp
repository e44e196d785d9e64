// Between core::CpuSet and glibc's cpu_set_t, which holds the cores below 1024. Internal to os/.
#pragma once

#include <sched.h>

#include "core/cpu_set.hpp"

namespace isotherm::os {

static_assert(core::kCoreLimit == CPU_SETSIZE);

[[nodiscard]] cpu_set_t to_native(const core::CpuSet& cores);
[[nodiscard]] core::CpuSet from_native(const cpu_set_t& native);

// Every core that a mask can hold; sched_setaffinity(2) takes those of them that exist and that the
// cpuset allows.
[[nodiscard]] cpu_set_t all_cores();

}  // namespace isotherm::os
