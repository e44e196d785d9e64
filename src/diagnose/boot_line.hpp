// What goes on the kernel's command line so that readers have cores of their own, and where that
// line is kept on this machine.
#pragma once

#include <string>

#include "core/cpu_set.hpp"
#include "os/topology.hpp"

namespace isotherm::diagnose {

// "to the one line of /boot/firmware/cmdline.txt and reboot". `model` is what the device tree calls
// the machine, "" on a PC.
[[nodiscard]] std::string boot_line_place(const std::string& model);

// The parameters that isolate `wanted`, and where to put them; or why these cores cannot all be
// isolated. Interrupts are sent to `housekeeping`, as far as that is not isolated.
[[nodiscard]] std::string isolation_mend(const os::Topology& topology, const std::string& model,
                                         const core::CpuSet& housekeeping,
                                         const core::CpuSet& wanted);

}  // namespace isotherm::diagnose
