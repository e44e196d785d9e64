// What the running kernel calls itself and the machine: uname(2).
#pragma once

#include <string>
#include <string_view>

namespace isotherm::os {

struct KernelName {
  std::string release;   // "6.12.47+rpt-rpi-v8"
  std::string version;   // "#1 SMP PREEMPT_RT Debian 1:6.12.47-1+rpt1"
  std::string machine;   // "aarch64"
  std::string hostname;  // of this machine or container
};

// Housekeeping.
[[nodiscard]] KernelName kernel_name();

// "6.12.47+rpt-rpi-v8" is at least 6, 12; false for what is not a release.
[[nodiscard]] bool release_at_least(std::string_view release, unsigned major, unsigned minor);

}  // namespace isotherm::os
