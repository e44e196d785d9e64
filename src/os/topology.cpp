#include "os/topology.hpp"

#include <sched.h>

#include <string_view>
#include <utility>

#include "os/cgroup.hpp"
#include "os/native_cpu_set.hpp"
#include "os/proc_text.hpp"
#include "os/sysfs_tree.hpp"
#include "os/throwaway_thread.hpp"

namespace isotherm::os {
namespace {

std::map<unsigned, int> nodes_of_cores(const core::FileTree& tree) {
  const std::string nodes = "/sys/devices/system/node";
  constexpr std::string_view kPrefix = "node";
  std::map<unsigned, int> node_of_core;
  for (const std::string& name : tree.list(nodes)) {
    if (!name.starts_with(kPrefix)) {
      continue;
    }
    const auto node = parse_number<int>(std::string_view{name}.substr(kPrefix.size()));
    if (!node) {
      continue;
    }
    const core::CpuSet cores =
        cores_in(tree, std::string{nodes}.append("/").append(name).append("/cpulist"));
    for (const unsigned core : cores.cores()) {
      node_of_core[core] = *node;
    }
  }
  return node_of_core;
}

core::CpuSet inherited_mask(const core::FileTree& tree) {
  const std::string status = tree.text("/proc/self/status").value_or("");
  const auto list = proc_field(status, "Cpus_allowed_list");
  return core::CpuSet::parse(list.value_or("")).value_or(core::CpuSet{});
}

// What the cgroup's cpuset allows; nothing if no cpuset is in force or to be seen.
std::optional<core::CpuSet> cpuset_cores(const core::FileTree& tree) {
  const auto cgroup = cgroup_of_controller(tree, "cpuset");
  if (!cgroup) {
    return std::nullopt;
  }
  const bool v1 = cgroup->version == CgroupVersion::V1;
  const auto text =
      nearest_cgroup_text(tree, *cgroup, v1 ? "cpuset.effective_cpus" : "cpuset.cpus.effective");
  auto cores = core::CpuSet::parse(text.value_or(""));
  if (!cores || cores->empty()) {
    return std::nullopt;
  }
  return cores;
}

// Isolated at run time through a cpuset partition instead of the kernel command line; the file
// exists in the topmost group only (cgroup-v2.rst, "cpuset.cpus.isolated").
core::CpuSet partition_isolated(const core::FileTree& tree) {
  const auto cgroup = cgroup_of_controller(tree, "cpuset");
  if (!cgroup || cgroup->version != CgroupVersion::V2) {
    return {};
  }
  return cores_in(tree, cgroup->mount_point + "/cpuset.cpus.isolated");
}

}  // namespace

Topology read_topology(const core::FileTree& tree) {
  const std::string cpu = "/sys/devices/system/cpu/";
  Topology topology;
  topology.online = cores_in(tree, cpu + "online");
  topology.possible = cores_in(tree, cpu + "possible");
  topology.present = cores_in(tree, cpu + "present");
  topology.isolated = cores_in(tree, cpu + "isolated").joined(partition_isolated(tree));
  topology.nohz_full = cores_in(tree, cpu + "nohz_full");
  topology.node_of_core = nodes_of_cores(tree);

  const core::CpuSet mask = inherited_mask(tree);
  if (topology.online.empty()) {
    topology.online = mask;
  }
  if (topology.possible.empty()) {
    topology.possible = topology.online;
  }
  topology.allowed = cpuset_cores(tree).value_or(mask);
  if (topology.allowed.empty()) {
    topology.allowed = topology.online;
  }
  return topology;
}

std::optional<core::CpuSet> try_allowed_cores() {
  const cpu_set_t wanted = all_cores();
  cpu_set_t granted;
  CPU_ZERO(&granted);
  bool answered = false;
  const int refused = run_on_throwaway_thread([&wanted, &granted, &answered] {
    answered = sched_setaffinity(0, sizeof(wanted), &wanted) == 0 &&
               sched_getaffinity(0, sizeof(granted), &granted) == 0;
  });
  return refused == 0 && answered ? std::optional{from_native(granted)} : std::nullopt;
}

Topology machine_topology() {
  Topology topology = read_topology(SysfsTree{});
  if (auto granted = try_allowed_cores()) {
    topology.allowed = std::move(*granted);
  }
  return topology;
}

}  // namespace isotherm::os
