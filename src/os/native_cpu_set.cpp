#include "os/native_cpu_set.hpp"

#include <vector>

namespace isotherm::os {

cpu_set_t to_native(const core::CpuSet& cores) {
  cpu_set_t native;
  CPU_ZERO(&native);
  for (const unsigned core : cores.cores()) {
    CPU_SET(core, &native);
  }
  return native;
}

core::CpuSet from_native(const cpu_set_t& native) {
  std::vector<unsigned> cores;
  for (unsigned core = 0; core < core::kCoreLimit; ++core) {
    if (CPU_ISSET(core, &native)) {
      cores.push_back(core);
    }
  }
  return core::CpuSet{cores};
}

cpu_set_t all_cores() {
  cpu_set_t native;
  CPU_ZERO(&native);
  for (unsigned core = 0; core < core::kCoreLimit; ++core) {
    CPU_SET(core, &native);
  }
  return native;
}

}  // namespace isotherm::os
