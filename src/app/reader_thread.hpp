// The thread of a reader as the plan has it: the one that serves, and the one on which its sensors
// are measured before that.
#pragma once

#include <functional>
#include <memory>

#include "app/plan.hpp"
#include "core/cpu_set.hpp"
#include "os/cpuset_partition.hpp"
#include "os/realtime_thread.hpp"

namespace isotherm::app {

// Where threads are started: the partition of isolated cores, null if there is none, and the cores
// of the thread that starts them, which moving in and out of the partition would widen.
struct StartingPlace {
  os::CpusetPartition* partition = nullptr;
  const core::CpuSet& housekeeping;
};

// Named "iso-READER". Throws SetupError where the kernel refuses such a thread.
[[nodiscard]] std::unique_ptr<os::RealtimeThread> start_reader_thread(const PlannedReader& reader,
                                                                      const StartingPlace& place,
                                                                      std::function<void()> body);

}  // namespace isotherm::app
