// The rights that a process may have without being root: capabilities(7). Internal to os/.
#pragma once

#include "core/attribute.hpp"

namespace isotherm::os {

// Whether number `capability` (CAP_SYS_NICE, ...) is in this process's effective set, CapEff of
// proc_pid_status(5). False where that cannot be read.
[[nodiscard]] bool has_capability(const core::FileTree& files, unsigned capability);

}  // namespace isotherm::os
