// The child processes of `isotherm latency`: one block of an arm, or a piece of the load.
#pragma once

#include "app/latency_wire.hpp"
#include "core/setup_error.hpp"

namespace isotherm::app {

// Does what the task says. A block's result is printed on stdout; a load goes on until the process
// is ended from outside.
core::ExitCode run_latency_task(const LatencyTask& task);

// In this process, which should be good for nothing else: locked memory stays locked. Throws
// SetupError where the kernel refuses what the arm needs.
[[nodiscard]] diagnose::BlockResult measure_block(const LatencyTask& task);

}  // namespace isotherm::app
