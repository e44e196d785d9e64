// [station] cpu_dma_latency: the bound on leaving idle states, held for the run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/plan.hpp"
#include "core/attribute.hpp"
#include "os/cpu_dma_latency.hpp"

namespace isotherm::app {

// Null where the configuration asks for none. What was got goes to `notes`, a refusal as a warning:
// without the bound readings are later, and nothing else. `device` is the kernel's but in tests.
[[nodiscard]] std::unique_ptr<os::CpuDmaLatency> hold_cpu_dma_latency(
    const StationPlan& plan, const core::FileTree& files, std::vector<std::string>& notes,
    const std::string& device = os::CpuDmaLatency::kPath);

// The same as far as it can be told without asking for the bound.
void foretell_cpu_dma_latency(const StationPlan& plan, const core::FileTree& files,
                              std::vector<std::string>& notes,
                              const std::string& device = os::CpuDmaLatency::kPath);

}  // namespace isotherm::app
