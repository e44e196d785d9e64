// What sched_setattr(2) and sched_getattr(2) work on, declared once for all C libraries. Internal
// to os/.
#pragma once

#include <cstdint>

namespace isotherm::os {

// struct sched_attr in its first version, which every kernel takes. It has a name of its own
// because glibc has it, and wrappers for the two calls, only since 2.41, where its declaration
// clashes with that of <linux/sched/types.h>.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);  // SCHED_ATTR_SIZE_VER0

inline constexpr std::uint32_t kSchedDeadline = 6;  // SCHED_DEADLINE of <linux/sched.h>

}  // namespace isotherm::os
