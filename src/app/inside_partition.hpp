// While one of these lives, threads that this one starts are born in the readers' partition.
#pragma once

#include "core/cpu_set.hpp"
#include "core/setup_error.hpp"
#include "os/cpuset_partition.hpp"
#include "os/this_thread.hpp"

namespace isotherm::app {

class InsidePartition {
 public:
  // Throws SetupError where the kernel does not let it in. `cores` are those of this thread: moving
  // to another group resets its mask.
  InsidePartition(os::CpusetPartition& partition, const core::CpuSet& cores)
      : partition_(&partition), cores_(&cores) {
    partition.enter();
  }
  ~InsidePartition() {
    try {
      partition_->leave();
      os::pin_this_thread(*cores_);
    } catch (const core::SetupError&) {
      // It was let out of there once already, to where it came from. Should that fail all the same,
      // it goes on on the reader's core: late readings, but readings.
      return;
    }
  }
  InsidePartition(const InsidePartition&) = delete;
  InsidePartition& operator=(const InsidePartition&) = delete;
  InsidePartition(InsidePartition&&) = delete;
  InsidePartition& operator=(InsidePartition&&) = delete;

 private:
  os::CpusetPartition* partition_;
  const core::CpuSet* cores_;
};

}  // namespace isotherm::app
