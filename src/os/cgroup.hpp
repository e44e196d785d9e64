// Where a process stands in the control group trees: cgroups(7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/attribute.hpp"

namespace isotherm::os {

enum class CgroupVersion { V1, V2 };

struct Cgroup {
  CgroupVersion version = CgroupVersion::V2;
  std::string mount_point;  // of the hierarchy: "/sys/fs/cgroup", "/sys/fs/cgroup/cpuset"
  std::string path;         // below the mount point: "" or "/system.slice/isotherm.service"

  [[nodiscard]] std::string directory() const { return mount_point + path; }
};

// This process's group for `controller` ("cpu", "cpuset"): that of the version 1 hierarchy which
// carries the controller, else that of version 2. Nothing if no such hierarchy is mounted where
// this process can see it.
[[nodiscard]] std::optional<Cgroup> cgroup_of_controller(const core::FileTree& tree,
                                                         std::string_view controller);

// The text of `file` in the group or, where the controller is not enabled that far down, in its
// nearest ancestor that has the file.
[[nodiscard]] std::optional<std::string> nearest_cgroup_text(const core::FileTree& tree,
                                                             const Cgroup& cgroup,
                                                             const std::string& file);

}  // namespace isotherm::os
