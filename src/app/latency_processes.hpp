// Blocks and loads of `isotherm latency` as processes, see latency_wire.hpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/cpu_set.hpp"
#include "diagnose/latency_block.hpp"
#include "os/child_process.hpp"

namespace isotherm::app {

class ProcessBlockRunner final : public diagnose::BlockRunner {
 public:
  // `usable` are all cores that may be measured, `beside` those for everything else. `tick` is
  // called some times a second during a block with how long that has run; false ends it.
  ProcessBlockRunner(core::CpuSet usable, core::CpuSet beside,
                     std::function<bool(core::Nanoseconds)> tick);

  [[nodiscard]] diagnose::BlockOutcome run(const diagnose::LatencyArm& arm,
                                           const diagnose::BlockShape& shape) override;

 private:
  [[nodiscard]] os::ChildSpec block_of(const diagnose::LatencyArm& arm,
                                       const diagnose::BlockShape& shape) const;

  core::CpuSet usable_;
  core::CpuSet beside_;
  std::function<bool(core::Nanoseconds)> tick_;
};

// A load on the processor, the memory and a disk; it ends with this object.
class LatencyLoad {
 public:
  // On `cores`: each gets one process that computes and one that copies memory; one more writes a
  // nameless file in `directory` and syncs it.
  LatencyLoad(const core::CpuSet& cores, const std::string& directory);

  // The parts of it that have ended by themselves, and why; empty if all of it is there.
  [[nodiscard]] std::vector<std::string> troubles();

 private:
  std::vector<std::unique_ptr<os::ChildProcess>> processes_;
};

}  // namespace isotherm::app
