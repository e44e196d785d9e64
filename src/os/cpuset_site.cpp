#include "os/cpuset_site.hpp"

#include <linux/capability.h>

#include <cerrno>
#include <optional>
#include <sstream>
#include <string_view>

#include "os/capabilities.hpp"
#include "os/cgroup.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

constexpr std::string_view kBoot =
    "or isolate the cores at boot (isolcpus=) and write isolate = \"boot\"";

std::string or_boot(std::string mend) { return std::move(mend.append("; ").append(kBoot)); }

bool has_cpuset(const core::FileTree& files, const std::string& group) {
  return has_word(files.text(group + "/cgroup.controllers").value_or(""), "cpuset");
}

// The groups from below `top` down to `group`.
std::vector<std::string> groups_between(const std::string& top, const std::string& group) {
  std::vector<std::string> groups;
  for (std::size_t slash = group.find('/', top.size() + 1); slash != std::string::npos;
       slash = group.find('/', slash + 1)) {
    groups.push_back(group.substr(0, slash));
  }
  if (group.size() > top.size()) {
    groups.push_back(group);
  }
  return groups;
}

// The group of the service that this process belongs to, which may have groups of its own below
// (DelegateSubgroup=); "" outside of any. A user's session is no service of that kind.
std::string service_group(const std::string& top, const std::string& own) {
  const auto groups = groups_between(top, own);
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    const std::string name = group->substr(group->rfind('/') + 1);
    if (name.ends_with(".service")) {
      return name.starts_with("user@") ? "" : *group;
    }
  }
  return "";
}

CpusetRefusal not_writable(const std::string& path, int error) {
  if (error == EROFS) {
    return {path + " is mounted read-only",
            or_boot("ProtectControlGroups=no in the service, or in a container the host's groups, "
                    "writable (--cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:rw)")};
  }
  return {"no right to change the control group " + path + ": " + error_text(error),
          or_boot("start it as root, or give the service its own group (Delegate=cpuset, "
                  "docs/isolation.md)")};
}

// Every path that is going to be written to; what refuses one of them refuses all.
std::optional<CpusetRefusal> rights_missing(const core::FileTree& files,
                                            const core::ControlGroups& groups,
                                            const CpusetSite& site) {
  std::vector<std::string> paths{site.parent, site.parent + "/cgroup.procs"};
  if (!has_word(files.text(site.parent + "/cgroup.subtree_control").value_or(""), "cpuset")) {
    paths.push_back(site.parent + "/cgroup.subtree_control");
  }
  for (const std::string& group : site.above) {
    // Where there are cores already, an administrator may have put them there for this station.
    if (files.text(group + "/cpuset.cpus.exclusive").value_or("-").empty()) {
      paths.push_back(group + "/cpuset.cpus.exclusive");
    }
  }
  for (const std::string& path : paths) {
    if (const int error = groups.write_problem(path); error != 0) {
      return not_writable(path, error);
    }
  }
  if (!site.above.empty() && !has_capability(files, CAP_SYS_ADMIN)) {
    return CpusetRefusal{"a partition below " + site.parent + " takes CAP_SYS_ADMIN",
                         or_boot("start it as root, or with that capability")};
  }
  return std::nullopt;
}

CpusetSearch with_rights(const core::FileTree& files, const core::ControlGroups& groups,
                         CpusetSite site) {
  if (auto refusal = rights_missing(files, groups, site)) {
    return std::move(*refusal);
  }
  return site;
}

}  // namespace

bool has_word(const std::string& words, const std::string& word) {
  std::istringstream list{words};
  for (std::string one; list >> one;) {
    if (one == word) {
      return true;
    }
  }
  return false;
}

CpusetSearch find_cpuset_site(const core::FileTree& files, const core::ControlGroups& groups) {
  const auto found = cgroup_of_controller(files, "cpuset");
  if (!found) {
    return CpusetRefusal{"no control groups are mounted here",
                         or_boot("mount -t cgroup2 none /sys/fs/cgroup, or give the container its "
                                 "/sys/fs/cgroup")};
  }
  if (found->version == CgroupVersion::V1) {
    return CpusetRefusal{
        "cpusets are of control groups version 1 here (" + found->mount_point +
            "), which know no isolated partition",
        or_boot("boot with systemd.unified_cgroup_hierarchy=1, or without systemd with "
                "cgroup_no_v1=cpuset")};
  }
  CpusetSite site{.top = found->mount_point,
                  .own = found->directory(),
                  .parent = found->mount_point,
                  .above = {}};
  if (!has_cpuset(files, site.top)) {
    return CpusetRefusal{"the control groups at " + site.top + " have no cpuset controller",
                         or_boot("a kernel with CONFIG_CPUSETS, a container that is given the "
                                 "controller")};
  }
  // The topmost group of all has no type (cgroup-v2.rst, "cgroup.type"); that of a container does.
  const bool sees_all = !files.text(site.top + "/cgroup.type");
  if (sees_all && site.own == site.top) {
    return with_rights(files, groups, std::move(site));
  }
  const std::string service = service_group(site.top, site.own);
  const std::string& given = service.empty() ? site.own : service;
  if (has_cpuset(files, given)) {
    if (!files.text(given + "/cpuset.cpus.exclusive")) {
      return CpusetRefusal{
          "this kernel makes partitions only right below the topmost control "
          "group, and isotherm runs in " +
              site.own,
          or_boot("Linux 6.7 or later, or start it outside of a service as root")};
    }
    site.parent = site.own;
    site.above = groups_between(site.top, site.own);
    return with_rights(files, groups, std::move(site));
  }
  if (!sees_all || !service.empty()) {
    return CpusetRefusal{"the control group " + given + " was not given the cpuset controller",
                         or_boot("Delegate=cpuset in the service (docs/isolation.md), a container "
                                 "that is given the controller")};
  }
  return with_rights(files, groups, std::move(site));
}

}  // namespace isotherm::os
