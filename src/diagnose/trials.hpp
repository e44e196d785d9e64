// What no file tells: the port through which the doctor tries things out on the machine, and lets
// time pass between two looks at the same file. app/ implements it with os/, tests with numbers.
#pragma once

#include <vector>

#include "core/time.hpp"
#include "os/wake_up.hpp"

namespace isotherm::diagnose {

class Trials {
 public:
  virtual ~Trials() = default;

  // The smallest step of the kernel's timers: 1 ns with high-resolution timers, else a whole tick.
  [[nodiscard]] virtual core::Nanoseconds timer_resolution() = 0;
  // Lets time pass. Nothing of this process runs on the readers' cores meanwhile.
  virtual void watch(core::Nanoseconds duration) = 0;
  // Tries all of them side by side: os::try_wake_ups().
  [[nodiscard]] virtual std::vector<os::WakeUps> wake_up(
      const std::vector<os::WakeUpSpec>& specs) = 0;
};

}  // namespace isotherm::diagnose
