#include "os/boot_id.hpp"

#include "os/sysfs_tree.hpp"

namespace isotherm::os {

std::string boot_id() {
  return SysfsTree().text("/proc/sys/kernel/random/boot_id").value_or("unknown");
}

}  // namespace isotherm::os
