// The unit of the times in /proc: USER_HZ, which is 100 on every architecture that isotherm is
// built for (kernel include/asm-generic/param.h).
#pragma once

#include <chrono>

#include "core/time.hpp"

namespace isotherm::diagnose {

inline constexpr long kTicksPerSecond = 100;
inline constexpr core::Nanoseconds kKernelTick =
    core::Nanoseconds{std::chrono::seconds{1}} / kTicksPerSecond;

}  // namespace isotherm::diagnose
