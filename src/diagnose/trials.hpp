// What no file tells: the port through which the doctor tries things out on the machine, and lets
// time pass between two looks at the same file. app/ implements it with os/, tests with numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

// A thread that sleeps to instants on a core, as a reader does, and how late it woke up.
struct WakeUpTrial {
  unsigned core = 0;
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 0;
  // Results:
  std::uint64_t count = 0;  // of wake-ups
  core::Nanoseconds late_p99{0};
  core::Nanoseconds late_max{0};
  std::string refusal{};  // why there was none; "" if there was
};

class Trials {
 public:
  virtual ~Trials() = default;

  // The smallest step of the kernel's timers: 1 ns with high-resolution timers, else a whole tick.
  [[nodiscard]] virtual core::Nanoseconds timer_resolution() = 0;
  // Lets time pass. Nothing of this process runs on the readers' cores meanwhile.
  virtual void watch(core::Nanoseconds duration) = 0;
  // Tries all of them side by side and fills in their results.
  virtual void wake_up(std::vector<WakeUpTrial>& trials) = 0;
};

}  // namespace isotherm::diagnose
