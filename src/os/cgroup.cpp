#include "os/cgroup.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>

namespace isotherm::os {
namespace {

bool has_item(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    const std::string_view first = list.substr(0, list.find(','));
    if (first == item) {
      return true;
    }
    list.remove_prefix(std::min(first.size() + 1, list.size()));
  }
  return false;
}

struct Membership {
  CgroupVersion version = CgroupVersion::V2;
  std::string path;
};

// Lines of /proc/self/cgroup, "3:cpuset:/path" (version 1) and "0::/path" (version 2): cgroups(7).
std::optional<Membership> membership(const core::FileTree& tree, std::string_view controller) {
  std::istringstream lines{tree.text("/proc/self/cgroup").value_or("")};
  std::optional<Membership> unified;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) {
      continue;
    }
    const std::string_view names = std::string_view{line}.substr(first + 1, second - first - 1);
    if (has_item(names, controller)) {
      return Membership{CgroupVersion::V1, line.substr(second + 1)};
    }
    if (names.empty() && line.starts_with("0:")) {
      unified = Membership{CgroupVersion::V2, line.substr(second + 1)};
    }
  }
  return unified;
}

struct Mount {
  std::string root;  // the directory of the hierarchy that is mounted, "/" for the whole
  std::string point;
};

// A line of /proc/self/mountinfo: "id parent major:minor root point options [fields] - type source
// super-options", proc_pid_mountinfo(5).
std::optional<Mount> cgroup_mount(const std::string& line, CgroupVersion version,
                                  std::string_view controller) {
  std::istringstream words{line};
  std::string skipped;
  std::string type;
  std::string super_options;
  Mount mount;
  words >> skipped >> skipped >> skipped >> mount.root >> mount.point;
  while (words >> skipped && skipped != "-") {
  }
  words >> type >> skipped >> super_options;
  const bool fits = version == CgroupVersion::V2
                        ? type == "cgroup2"
                        : type == "cgroup" && has_item(super_options, controller);
  return fits ? std::optional{mount} : std::nullopt;
}

// The group's path below the mount point. A container often has only its own group mounted; the
// mount point itself is the group then.
std::string path_below(const std::string& path, const std::string& mount_root) {
  const std::string root = mount_root == "/" ? "" : mount_root;
  if (path == root || path == "/" || path.find("/..") != std::string::npos) {
    return "";
  }
  return path.starts_with(root + "/") ? path.substr(root.size()) : "";
}

}  // namespace

std::optional<Cgroup> cgroup_of_controller(const core::FileTree& tree,
                                           std::string_view controller) {
  const auto member = membership(tree, controller);
  if (!member) {
    return std::nullopt;
  }
  std::istringstream lines{tree.text("/proc/self/mountinfo").value_or("")};
  for (std::string line; std::getline(lines, line);) {
    if (const auto mount = cgroup_mount(line, member->version, controller)) {
      return Cgroup{member->version, mount->point, path_below(member->path, mount->root)};
    }
  }
  return std::nullopt;
}

std::optional<std::string> nearest_cgroup_text(const core::FileTree& tree, const Cgroup& cgroup,
                                               const std::string& file) {
  std::string directory = cgroup.directory();
  for (;;) {
    if (auto text = tree.text(std::string{directory}.append("/").append(file));
        text && !text->empty()) {
      return text;
    }
    if (directory.size() <= cgroup.mount_point.size()) {
      return std::nullopt;
    }
    directory.erase(directory.rfind('/'));
  }
}

}  // namespace isotherm::os
