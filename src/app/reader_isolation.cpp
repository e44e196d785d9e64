#include "app/reader_isolation.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "os/process.hpp"

namespace isotherm::app {
namespace {

using acquire::Isolate;
using core::CpuSet;

std::string verb(const CpuSet& cores) { return cores.size() == 1 ? " is" : " are"; }

// The first reader that asks for it, for the place of a message.
std::string place_of_wish(const StationPlan& plan) {
  const auto first = std::find_if(
      plan.readers.begin(), plan.readers.end(),
      [](const PlannedReader& reader) { return reader.settings.isolate == Isolate::Cpuset; });
  return first == plan.readers.end() ? "" : first->settings.where;
}

Problem missing(std::string what, std::string where, std::string mend) {
  return {core::ExitCode::Unavailable, std::move(what), std::move(where), std::move(mend)};
}

Problem refused(const StationPlan& plan, const CpuSet& cores, const os::CpusetRefusal& refusal) {
  return missing("isolate = \"cpuset\" does not take " + cores_words(cores) +
                     " away from other work: " + refusal.what,
                 place_of_wish(plan), refusal.mend);
}

std::string directory_words(const os::LeftPartition& left) {
  return left.directory + " (" + cores_words(left.cores) + ")";
}

}  // namespace

CpuSet partition_cores(const StationPlan& plan, const os::Topology& topology) {
  CpuSet cores;
  for (const PlannedReader& reader : plan.readers) {
    if (reader.settings.isolate == Isolate::Cpuset &&
        !reader.cores.without(topology.isolated).empty()) {
      cores = cores.joined(reader.cores);
    }
  }
  return cores;
}

std::vector<Problem> partition_problems(const StationPlan& plan, const CpuSet& cores) {
  std::vector<Problem> problems;
  const CpuSet shared = cores.intersection(plan.housekeeping);
  if (!shared.empty()) {
    problems.push_back(missing("isolate = \"cpuset\": housekeeping needs " + cores_words(shared) +
                                   " as well, no other core is left for it",
                               place_of_wish(plan), "a machine with more cores, or fewer readers"));
  }
  for (const PlannedReader& reader : plan.readers) {
    const bool inside = !reader.cores.intersection(cores).empty();
    if (inside && !reader.cores.without(cores).empty()) {
      problems.push_back(missing(
          "reader \"" + reader.settings.name + "\" may run on " + cores_words(reader.cores) +
              ", of which isolate = \"cpuset\" takes " + reader.cores.intersection(cores).text() +
              " away",
          reader.settings.where, "give it cores of its own, or isolate = \"cpuset\" as well"));
    }
  }
  return problems;
}

ReaderIsolation::ReaderIsolation(const core::FileTree& files, core::ControlGroups& groups)
    : files_(&files), groups_(&groups), search_(os::find_cpuset_site(files, groups)) {}

std::vector<std::string> ReaderIsolation::remove_left() {
  std::vector<std::string> words;
  if (const auto* site = std::get_if<os::CpusetSite>(&search_)) {
    for (const os::LeftPartition& left : os::remove_left_partitions(*files_, *groups_, *site)) {
      words.push_back("removed the cpuset partition that a killed station left behind: " +
                      directory_words(left));
    }
  }
  return words;
}

os::Topology ReaderIsolation::without_left(os::Topology topology) const {
  if (const auto* site = std::get_if<os::CpusetSite>(&search_)) {
    for (const os::LeftPartition& left : os::left_partitions(*files_, *groups_, *site)) {
      topology.allowed = topology.allowed.joined(left.cores);
      topology.isolated = topology.isolated.without(left.cores);
    }
  }
  return topology;
}

CpuSet ReaderIsolation::wanted(const StationPlan& plan, const os::Topology& topology,
                               std::vector<Problem>& prerequisites) const {
  CpuSet cores = partition_cores(plan, topology);
  auto problems = partition_problems(plan, cores);
  if (!problems.empty()) {
    std::move(problems.begin(), problems.end(), std::back_inserter(prerequisites));
    return {};
  }
  if (const auto* refusal = std::get_if<os::CpusetRefusal>(&search_);
      refusal != nullptr && !cores.empty()) {
    prerequisites.push_back(refused(plan, cores, *refusal));
    return {};
  }
  return cores;
}

void ReaderIsolation::set_up(const StationPlan& plan, os::Topology& topology,
                             std::vector<Problem>& prerequisites, std::vector<std::string>& notes) {
  isolated_at_boot_ = topology.isolated;
  const CpuSet cores = wanted(plan, topology, prerequisites);
  if (cores.empty()) {
    return;
  }
  const auto& site = std::get<os::CpusetSite>(search_);
  auto result = os::CpusetPartition::make(*files_, *groups_, site, cores, os::process_id());
  if (const auto* refusal = std::get_if<os::CpusetRefusal>(&result)) {
    prerequisites.push_back(refused(plan, cores, *refusal));
    return;
  }
  partition_ = std::get<std::unique_ptr<os::CpusetPartition>>(std::move(result));
  topology.isolated = topology.isolated.joined(cores);
  const CpuSet listed = listed_by_kernel();
  notes.push_back(cores_words(cores) + verb(cores) + " isolated until the end by the cpuset " +
                  "partition " + partition_->directory() +
                  (listed.intersection(cores) == cores
                       ? "; the kernel lists " + cores_words(listed) + " as isolated"
                       : "; this kernel has no list of them to compare with"));
  if (site.moves_process()) {
    notes.push_back("moved from the control group " + site.own + " to " + site.parent +
                    ", as threads can only be in a group below that of their process");
  }
}

void ReaderIsolation::foretell(const StationPlan& plan, os::Topology& topology,
                               std::vector<Problem>& prerequisites,
                               std::vector<std::string>& notes) const {
  const CpuSet cores = wanted(plan, topology, prerequisites);
  if (cores.empty()) {
    return;
  }
  const auto& site = std::get<os::CpusetSite>(search_);
  notes.push_back("a run would isolate " + cores_words(cores) + " by a cpuset partition below " +
                  site.parent + (site.moves_process() ? ", and move there from " + site.own : "") +
                  "; only trying shows whether the kernel takes it");
  topology.isolated = topology.isolated.joined(cores);
}

// Since Linux 6.8 in the topmost control group. Among the facts about cores not yet in 6.12, which
// has only those of the boot line there.
CpuSet ReaderIsolation::listed_by_kernel() const {
  CpuSet listed;
  const auto& site = std::get<os::CpusetSite>(search_);
  for (const std::string& file :
       {site.top + "/cpuset.cpus.isolated", std::string{"/sys/devices/system/cpu/isolated"}}) {
    const auto cores = CpuSet::parse(files_->text(file).value_or(""));
    listed = listed.joined(cores.value_or(CpuSet{}));
  }
  return listed;
}

std::string ReaderIsolation::words_for(const CpuSet& cores) const {
  if (cores.without(isolated_at_boot_).empty()) {
    return "boot";
  }
  if (partition_ == nullptr || !cores.without(partition_->cores()).empty()) {
    return "none";
  }
  const std::string state = partition_->state();
  return state == "isolated" ? "cpuset" : "cpuset, lost: " + state;
}

}  // namespace isotherm::app
