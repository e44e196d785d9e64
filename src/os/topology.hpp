// The machine's cores: which there are, which are isolated, which this process may use, and which
// memory node (NUMA) each belongs to.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"

namespace isotherm::os {

struct Topology {
  core::CpuSet online;
  core::CpuSet possible;  // may exist one day: hypervisors list sockets that are not plugged in
  core::CpuSet present;   // are really there, online or not; empty if the kernel does not say
  // Not used by the scheduler's load balancing: isolcpus= (without `domain` it is not listed), or
  // an isolated cpuset partition.
  core::CpuSet isolated;
  core::CpuSet nohz_full;  // without timer tick while one thread runs
  // Where this process's threads can be placed. Not narrowed by an inherited CPU mask, which a
  // process may widen again: `taskset` sets one, and with isolcpus= even init's leaves out the
  // isolated cores.
  core::CpuSet allowed;
  std::map<unsigned, int> node_of_core;  // NUMA node; empty without NUMA

  // The cores a configuration may name at all.
  [[nodiscard]] const core::CpuSet& existing() const noexcept {
    return present.empty() ? possible : present;
  }
  [[nodiscard]] core::CpuSet usable() const { return online.intersection(allowed); }
};

// Sources: kernel Documentation/admin-guide/cputopology.rst (/sys/devices/system/cpu), cgroups(7)
// and cgroup-v2.rst (cpuset), /sys/devices/system/node. Nothing here throws: what cannot be read
// stays empty, except that `online`, `possible` and `allowed` stand in for one another.
// `allowed` is what the cgroup's cpuset files say; where there are none to be seen, the inherited
// mask in /proc/self/status.
[[nodiscard]] Topology read_topology(const core::FileTree& tree);

// The cores the kernel lets this process's threads use, found by asking for all of them on a
// throwaway thread: sched_setaffinity(2) keeps silently what the cpuset allows. Right in every kind
// of container; only online cores. Nothing if the kernel refuses the question.
[[nodiscard]] std::optional<core::CpuSet> try_allowed_cores();

// This machine: read_topology() of it, with `allowed` as the kernel grants it.
[[nodiscard]] Topology machine_topology();

}  // namespace isotherm::os
