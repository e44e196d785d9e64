// Isolation without a reboot: a control group whose cores the scheduler takes away from everybody
// else, and the readers' threads in it (kernel Documentation/admin-guide/cgroup-v2.rst,
// "cpuset.cpus.partition").
//
//   <parent>/isotherm-readers-<pid>    threaded, cpuset.cpus = the readers' cores, isolated
//
// It is undone when destroyed. A process that is killed leaves the group behind, which keeps its
// cores from everybody until someone removes it: the next start does. A living station is told from
// a dead one by a lock of the directory, which the kernel gives back at the process's end, so
// neither a number that another process has got since nor another container's numbers confuse it.
//
// Housekeeping only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/attribute.hpp"
#include "core/control_groups.hpp"
#include "core/cpu_set.hpp"
#include "os/cpuset_site.hpp"

namespace isotherm::os {

inline constexpr const char* kReadersGroup = "isotherm-readers-";

class CpusetPartition {
 public:
  using Result = std::variant<std::unique_ptr<CpusetPartition>, CpusetRefusal>;

  // Either all of it is done, or nothing is changed. `number` tells stations apart: the process's.
  [[nodiscard]] static Result make(const core::FileTree& files, core::ControlGroups& groups,
                                   const CpusetSite& site, const core::CpuSet& cores, int number);

  ~CpusetPartition();
  CpusetPartition(const CpusetPartition&) = delete;
  CpusetPartition& operator=(const CpusetPartition&) = delete;
  CpusetPartition(CpusetPartition&&) = delete;
  CpusetPartition& operator=(CpusetPartition&&) = delete;

  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }
  [[nodiscard]] const core::CpuSet& cores() const noexcept { return cores_; }
  // What the kernel says of it now: "isolated", or that with a reason why it is not any more (a
  // core was taken offline).
  [[nodiscard]] std::string state() const;

  // Moves the calling thread in, so that threads that it starts are born there, and back out.
  // Moving resets the thread's mask to what the group allows. Each throws SetupError.
  void enter();
  void leave();

 private:
  CpusetPartition(const core::FileTree& files, core::ControlGroups& groups, CpusetSite site,
                  core::CpuSet cores, int number);
  [[nodiscard]] std::vector<CpusetRefusal> set_up();
  void undo();

  // The steps of set_up(); each adds what takes it back to undo_.
  [[nodiscard]] bool step(const std::string& file, const std::string& text);
  [[nodiscard]] bool enable_controller(const std::string& group);
  [[nodiscard]] bool move_process();
  [[nodiscard]] bool make_group();
  [[nodiscard]] bool give_cores();
  [[nodiscard]] bool pass_cores_down(const std::string& group);
  [[nodiscard]] bool isolate();
  [[nodiscard]] bool refuse(std::string what, std::string mend = "");
  void send_threads_back();

  const core::FileTree* files_;
  core::ControlGroups* groups_;
  CpusetSite site_;
  core::CpuSet cores_;
  std::string directory_;
  std::unique_ptr<core::GroupLock> lock_;
  std::vector<std::function<void()>> undo_;  // last step first
  CpusetRefusal refusal_;
};

// A readers' group that no living station holds.
struct LeftPartition {
  std::string directory;
  core::CpuSet cores;
};

[[nodiscard]] std::vector<LeftPartition> left_partitions(const core::FileTree& files,
                                                         core::ControlGroups& groups,
                                                         const CpusetSite& site);

// Removes them; those that were removed.
std::vector<LeftPartition> remove_left_partitions(const core::FileTree& files,
                                                  core::ControlGroups& groups,
                                                  const CpusetSite& site);

}  // namespace isotherm::os
