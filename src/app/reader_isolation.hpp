// isolate = "cpuset": which cores are to be taken away from the rest of the system for the run, the
// partition that does it, and what of it the summary says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/placement.hpp"
#include "app/plan.hpp"
#include "core/attribute.hpp"
#include "core/control_groups.hpp"
#include "core/cpu_set.hpp"
#include "os/cpuset_partition.hpp"
#include "os/topology.hpp"

namespace isotherm::app {

// The cores of all readers that ask for it, but of those readers whose cores were isolated at boot.
[[nodiscard]] core::CpuSet partition_cores(const StationPlan& plan, const os::Topology& topology);

// What in the plan keeps these cores from becoming a partition, on any machine.
[[nodiscard]] std::vector<Problem> partition_problems(const StationPlan& plan,
                                                      const core::CpuSet& cores);

class ReaderIsolation {
 public:
  ReaderIsolation(const core::FileTree& files, core::ControlGroups& groups);

  // Partitions of stations that were killed: they keep their cores from everybody, so they go
  // before the machine's cores are looked at. What was removed, in words.
  [[nodiscard]] std::vector<std::string> remove_left();
  // For `isotherm check`, which changes nothing: the topology as it would be without them.
  [[nodiscard]] os::Topology without_left(os::Topology topology) const;

  // Makes the partition if a reader asks for one. From then on its cores count as isolated in
  // `topology`; what refuses it is added to `prerequisites`, and what was got to `notes`.
  void set_up(const StationPlan& plan, os::Topology& topology, std::vector<Problem>& prerequisites,
              std::vector<std::string>& notes);
  // The same as far as it can be told without changing anything.
  void foretell(const StationPlan& plan, os::Topology& topology,
                std::vector<Problem>& prerequisites, std::vector<std::string>& notes) const;
  // Gives the cores back. Does nothing the second time.
  void undo() { partition_.reset(); }

  // Null where there is none.
  [[nodiscard]] os::CpusetPartition* partition() const noexcept { return partition_.get(); }
  // "boot", "cpuset" or "none"; "cpuset, lost: REASON" where the kernel has given it up meanwhile.
  [[nodiscard]] std::string words_for(const core::CpuSet& cores) const;

 private:
  [[nodiscard]] core::CpuSet wanted(const StationPlan& plan, const os::Topology& topology,
                                    std::vector<Problem>& prerequisites) const;
  [[nodiscard]] core::CpuSet listed_by_kernel() const;

  const core::FileTree* files_;
  core::ControlGroups* groups_;
  os::CpusetSearch search_;
  core::CpuSet isolated_at_boot_;
  std::unique_ptr<os::CpusetPartition> partition_;
};

}  // namespace isotherm::app
