// Which boot of the machine this is.
#pragma once

#include <string>

namespace isotherm::os {

// Housekeeping. The kernel's boot id, /proc/sys/kernel/random/boot_id (random(4)): a UUID in lower
// case with hyphens; "unknown" where there is no /proc.
[[nodiscard]] std::string boot_id();

}  // namespace isotherm::os
