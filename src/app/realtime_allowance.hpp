// What the kernel leaves to the real-time threads of a core, and what sets it.
#pragma once

#include <string>

#include "os/privileges.hpp"

namespace isotherm::app {

struct RealtimeAllowance {
  double share = 1.0;  // of a core's time
  std::string source;  // "kernel.sched_rt_runtime_us"; "" if nothing limits them
  std::string mend;    // how to lift it; "" where only the plan can be mended
};

[[nodiscard]] RealtimeAllowance realtime_allowance(const os::Privileges& kernel);

}  // namespace isotherm::app
