// Where in the control group tree an isolated cpuset partition can be made, or why nowhere.
//
// Sources: kernel Documentation/admin-guide/cgroup-v2.rst ("Threads", "Cpuset Interface Files"),
// cgroups(7). Housekeeping only; nothing here changes anything.
//
//   partition  a group whose cores the scheduler takes away from everybody else; "isolated" ones
//              are not load-balanced either (Linux 6.1)
//   local      its parent is a partition, too. The topmost group always is one.
//   remote     its parent is none; then all groups above have to name its cores in
//              cpuset.cpus.exclusive, and CAP_SYS_ADMIN is asked for (Linux 6.7)
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/attribute.hpp"
#include "core/control_groups.hpp"

namespace isotherm::os {

// Why there is no partition, and what would help: two texts without a full stop.
struct CpusetRefusal {
  std::string what;
  std::string mend;
};

struct CpusetSite {
  std::string top;     // of the tree that this process sees: "/sys/fs/cgroup"
  std::string own;     // the group that this process is in
  std::string parent;  // the group below which that of the readers is to be made
  // The groups that have to pass the cores down, from below `top` to `parent`; none where `parent`
  // is the topmost group, below which partitions are local.
  std::vector<std::string> above;

  // Threads can only be in a group below that of their process (cgroup-v2.rst, "Threads").
  [[nodiscard]] bool moves_process() const { return own != parent; }
};

using CpusetSearch = std::variant<CpusetSite, CpusetRefusal>;

// A service or a container that was given the controller uses its own group. Others, which have to
// be root, use the topmost one: for them the groups between belong to the service manager.
[[nodiscard]] CpusetSearch find_cpuset_site(const core::FileTree& files,
                                            const core::ControlGroups& groups);

// For a list of words such as cgroup.controllers.
[[nodiscard]] bool has_word(const std::string& words, const std::string& word);

}  // namespace isotherm::os
