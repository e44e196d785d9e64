// What a waiting loop does between two looks.
#pragma once

#include "core/realtime.hpp"

namespace isotherm::core {

// Real-time. Tells the processor that this is a waiting loop: it leaves the core's shared parts to
// the other hardware thread, saves some power, and does not run ahead into a misprediction at the
// loop's end (Intel 64 SDM vol. 2, PAUSE; Arm ARM, YIELD, which most cores of one thread ignore).
inline void spin_pause() noexcept ISOTHERM_REALTIME {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || (defined(__ARM_ARCH) && __ARM_ARCH >= 7)
  asm("yield" ::: "memory");
#endif
}

}  // namespace isotherm::core
