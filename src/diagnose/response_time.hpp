// Response-time analysis: the longest that each reader may take from its slot to the end of that
// slot's reads, with everything that may run before it on its core.
//
//   w = C + B + sum over the others j that go first of ceil((w + J_j) / T_j) * C_j
//   R = J + w
//
// solved by iterating from the least w upwards (Joseph & Pandya, "Finding Response Times in a
// Real-Time System", The Computer Journal 29(5), 1986; with B and J: Audsley, Burns, Richardson,
// Tindell & Wellings, "Applying new scheduling theory to static priority pre-emptive scheduling",
// Software Engineering Journal 8(5), 1993).
//
// A reader holds its rate if R is at most its period. The worst moment is the one at which all
// begin together, and every run begins with it: slot 0 of all readers is one instant.
//
// Assumed, each on the safe side:
// - C is the whole time of a slot's reads, with what the thread sleeps in them: counting sleep as
//   computation is sound for fixed priorities (Chen et al., "Many suspensions, many problems",
//   Real-Time Systems 55, 2019). A spin tail belongs to the C_j that others meet, and not to the
//   reader's own C: it ends with the slot's time, whenever it began.
// - Equal priorities delay each other like higher ones. Under SCHED_FIFO a thread goes to the tail
//   of its priority's queue each time that it wakes (sched(7)), so behind every sleep inside a read
//   a newer job of an equal may go first, too.
// - A reader with several cores counts on each of them; with what it may bring along from before
//   (it may begin as late as T - C after its slot, and that is its J for the others).
// - Who shares a bus waits for it: for each own transfer, once for the longest transfer of a less
//   urgent reader (the lock of an I2C bus is an rt_mutex: i2c_adapter::bus_lock in the kernel's
//   include/linux/i2c.h), and for all transfers of the more urgent ones on other cores.
// Pure: nothing is asked of the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/cpu_set.hpp"
#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

// What a reader does on one shared bus in the slot in which all its sensors are due.
struct BusUse {
  std::string bus;               // "i2c-1"
  unsigned transfers = 0;        // reads of a sensor
  core::Nanoseconds total{0};    // of all of them
  core::Nanoseconds longest{0};  // of one
};

struct Task {
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 0;  // 1 to 99, higher goes first; with Fifo and RoundRobin
  core::CpuSet cores;
  core::Nanoseconds period{0};  // T, and the deadline
  core::Nanoseconds cost{0};    // what it takes of its core in each period
  core::Nanoseconds spin{0};    // of the cost, before the slot: its own C is only the rest
  core::Nanoseconds jitter{0};  // J: how late its thread may be woken
  std::vector<BusUse> buses;
};

// Time that others may take first: `cost` in each `period`, the first of it up to `jitter` late.
struct Interference {
  core::Nanoseconds period{0};
  core::Nanoseconds jitter{0};
  core::Nanoseconds cost{0};
};

// No response longer than this many of its own periods is looked for, nor more steps taken: what
// takes that long has failed, and how long it takes is of no interest.
inline constexpr std::int64_t kPeriodsMax = 64;
inline constexpr int kStepsMax = 20'000;

// w of the formula above; nothing if it exceeds `limit` or does not come to an end.
[[nodiscard]] std::optional<core::Nanoseconds> busy_window(core::Nanoseconds own,
                                                           const std::vector<Interference>& others,
                                                           core::Nanoseconds limit);

// Whether `other` may run before `task` where both want the same core: SCHED_DEADLINE goes before
// SCHED_FIFO and SCHED_RR, these by priority, SCHED_OTHER last; equals count as going first.
[[nodiscard]] bool goes_first(const Task& other, const Task& task) noexcept;

struct Response {
  std::optional<core::Nanoseconds> worst;  // R; nothing: without bound
  core::Nanoseconds blocking{0};           // B
  std::vector<std::size_t> others;         // tasks, by index, that may go first on its core
};

// Of each task under SCHED_FIFO or SCHED_RR, in the order of `tasks`, the worst over its cores. The
// others have no such bound and get none: SCHED_DEADLINE has its own test (deadline_demand.hpp), to
// SCHED_OTHER the kernel promises nothing.
[[nodiscard]] std::vector<Response> response_times(const std::vector<Task>& tasks);

}  // namespace isotherm::diagnose
