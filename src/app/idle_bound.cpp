#include "app/idle_bound.hpp"

#include <chrono>
#include <optional>

namespace isotherm::app {
namespace {

using std::chrono::microseconds;

std::optional<microseconds> wanted(const StationPlan& plan) {
  const auto& bound = plan.configuration.station.cpu_dma_latency;
  return bound ? std::optional{std::chrono::duration_cast<microseconds>(*bound)} : std::nullopt;
}

// As the configuration and the kernel count it.
std::string words(microseconds bound) { return std::to_string(bound.count()) + " us"; }

std::string warning(const os::CpuDmaLatency::Refusal& refusal) {
  return "warning: no cpu_dma_latency: " + refusal.what + "; " + refusal.mend;
}

// Idle states are the driver's; without one the bound is taken and changes nothing: kernel
// Documentation/admin-guide/pm/cpuidle.rst. So it is in most virtual machines.
std::string without_driver(const core::FileTree& files) {
  const auto driver = files.text("/sys/devices/system/cpu/cpuidle/current_driver");
  return driver && *driver != "none"
             ? ""
             : "; but this kernel has no driver of idle states, so it changes nothing here";
}

}  // namespace

std::unique_ptr<os::CpuDmaLatency> hold_cpu_dma_latency(const StationPlan& plan,
                                                        const core::FileTree& files,
                                                        std::vector<std::string>& notes,
                                                        const std::string& device) {
  const auto bound = wanted(plan);
  if (!bound) {
    return nullptr;
  }
  auto latency = std::make_unique<os::CpuDmaLatency>(*bound, device);
  if (!latency->held()) {
    notes.push_back(warning(*latency->refusal()));
    return nullptr;
  }
  notes.push_back(
      "cpu_dma_latency: until the end no core idles in a state that takes longer than " +
      words(latency->in_force().value_or(*bound)) + " to leave" + without_driver(files));
  return latency;
}

void foretell_cpu_dma_latency(const StationPlan& plan, const core::FileTree& files,
                              std::vector<std::string>& notes, const std::string& device) {
  const auto bound = wanted(plan);
  if (!bound) {
    return;
  }
  if (const auto refusal = os::CpuDmaLatency::obstacle(device)) {
    notes.push_back(warning(*refusal));
    return;
  }
  notes.push_back("cpu_dma_latency: a run would hold " + words(*bound) + without_driver(files));
}

}  // namespace isotherm::app
