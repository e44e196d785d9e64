#include "os/cpuset_partition.hpp"

#include <cerrno>
#include <chrono>
#include <sstream>
#include <utility>

#include "core/setup_error.hpp"
#include "os/proc_text.hpp"
#include "os/system_call.hpp"

namespace isotherm::os {
namespace {

using core::CpuSet;

// Another station's start or end is over long before; a lock that nobody gives back must not keep
// this one from starting.
constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::chrono::milliseconds kAtOnce{0};

constexpr const char* kPartition = "/cpuset.cpus.partition";
constexpr const char* kExclusive = "/cpuset.cpus.exclusive";
constexpr const char* kControllers = "/cgroup.subtree_control";

bool is_of_readers(const std::string& name) { return name.starts_with(kReadersGroup); }

// Whether a group below this one has cores of its own: then the controller is in use.
bool children_use_cpusets(const core::FileTree& files, const std::string& group) {
  for (const std::string& name : files.list(group)) {
    const std::string child = std::string{group}.append("/").append(name);
    if (!files.text(child + "/cpuset.cpus").value_or("").empty() ||
        !files.text(child + kExclusive).value_or("").empty() ||
        has_word(files.text(child + kControllers).value_or(""), "cpuset")) {
      return true;
    }
  }
  return false;
}

// An empty list is written as a blank line: nothing at all would not reach the kernel.
int write_cores(core::ControlGroups& groups, const std::string& file, const CpuSet& cores) {
  return groups.write(file, cores.empty() ? "\n" : cores.text());
}

// Other stations pass their own cores down through the same groups.
void take_from_exclusive(const core::FileTree& files, core::ControlGroups& groups,
                         const std::string& group, const CpuSet& cores) {
  const std::string file = group + kExclusive;
  static_cast<void>(write_cores(groups, file, cores_in(files, file).without(cores)));
}

// What the kernel writes behind a state that does not hold: "isolated invalid (reason)".
std::string reason_in(const std::string& state) {
  const std::size_t open = state.find('(');
  const std::size_t close = state.rfind(')');
  return open == std::string::npos || close == std::string::npos || close < open
             ? "it says \"" + state + "\""
             : state.substr(open + 1, close - open - 1);
}

bool is_populated(const core::FileTree& files, const std::string& group) {
  std::istringstream lines{files.text(group + "/cgroup.events").value_or("")};
  for (std::string line; std::getline(lines, line);) {
    if (line == "populated 0") {
      return false;
    }
  }
  return true;  // where it does not say, hands off
}

}  // namespace

CpusetPartition::CpusetPartition(const core::FileTree& files, core::ControlGroups& groups,
                                 CpusetSite site, CpuSet cores, int number)
    : files_(&files),
      groups_(&groups),
      site_(std::move(site)),
      cores_(std::move(cores)),
      directory_(site_.parent + "/" + kReadersGroup + std::to_string(number)) {}

CpusetPartition::Result CpusetPartition::make(const core::FileTree& files,
                                              core::ControlGroups& groups, const CpusetSite& site,
                                              const CpuSet& cores, int number) {
  // The constructor is private, which std::make_unique does not see through.
  std::unique_ptr<CpusetPartition> partition{
      new CpusetPartition(files, groups, site, cores, number)};
  auto refusals = partition->set_up();
  if (!refusals.empty()) {
    return std::move(refusals.front());
  }
  return partition;
}

CpusetPartition::~CpusetPartition() { undo(); }

std::vector<CpusetRefusal> CpusetPartition::set_up() {
  const auto start_lock = groups_->lock(site_.top, kPatience);
  if (!start_lock) {
    return {{site_.top + " is locked by another program, which should be a station that is just "
                         "starting or ending",
             "try again"}};
  }
  bool good = enable_controller(site_.top);
  for (const std::string& group : site_.above) {
    good = good && enable_controller(group);
  }
  good = good && move_process() && make_group() && give_cores();
  for (const std::string& group : site_.above) {
    good = good && pass_cores_down(group);
  }
  if (good && isolate()) {
    return {};
  }
  // With the start still locked: nobody sees this half done.
  while (!undo_.empty()) {
    undo_.back()();
    undo_.pop_back();
  }
  return {refusal_};
}

void CpusetPartition::undo() {
  if (undo_.empty()) {
    return;
  }
  // Without the lock too: cores that stay taken away are worse than two stations at once.
  const auto end_lock = groups_->lock(site_.top, kPatience);
  while (!undo_.empty()) {
    undo_.back()();
    undo_.pop_back();
  }
}

bool CpusetPartition::refuse(std::string what, std::string mend) {
  refusal_ = {std::move(what), mend.empty() ? "isolate the cores at boot (isolcpus=) and write "
                                              "isolate = \"boot\""
                                            : std::move(mend)};
  return false;
}

bool CpusetPartition::step(const std::string& file, const std::string& text) {
  const int error = groups_->write(file, text);
  return error == 0 ||
         refuse("cannot write \"" + text + "\" to " + file + ": " + error_text(error));
}

bool CpusetPartition::enable_controller(const std::string& group) {
  const std::string file = group + kControllers;
  if (has_word(files_->text(file).value_or(""), "cpuset")) {
    return true;
  }
  if (!step(file, "+cpuset")) {
    return false;
  }
  undo_.emplace_back([this, group, file] {
    if (!children_use_cpusets(*files_, group)) {
      static_cast<void>(groups_->write(file, "-cpuset"));
    }
  });
  return true;
}

// "0" stands for who writes it: a process in cgroup.procs, a thread in cgroup.threads.
bool CpusetPartition::move_process() {
  if (!site_.moves_process()) {
    return true;
  }
  if (!step(site_.parent + "/cgroup.procs", "0")) {
    return false;
  }
  undo_.emplace_back(
      [this] { static_cast<void>(groups_->write(site_.own + "/cgroup.procs", "0")); });
  return true;
}

bool CpusetPartition::make_group() {
  if (const int error = groups_->make(directory_); error != 0) {
    return refuse("cannot make the control group " + directory_ + ": " + error_text(error),
                  error == EEXIST ? "another station has it; end that one first" : "");
  }
  undo_.emplace_back([this] {
    send_threads_back();
    lock_.reset();
    static_cast<void>(groups_->remove(directory_));
  });
  lock_ = groups_->lock(directory_, kPatience);  // `isotherm check` may be trying it
  if (!lock_) {
    return refuse("cannot lock the control group " + directory_);
  }
  return step(directory_ + "/cgroup.type", "threaded");
}

bool CpusetPartition::give_cores() {
  if (!step(directory_ + "/cpuset.cpus", cores_.text())) {
    return false;
  }
  // Not before Linux 6.7. There it counts more than cpuset.cpus of the groups beside it.
  return !files_->text(directory_ + kExclusive) || step(directory_ + kExclusive, cores_.text());
}

bool CpusetPartition::pass_cores_down(const std::string& group) {
  const std::string file = group + kExclusive;
  const CpuSet passed = cores_in(*files_, file);
  if (cores_.without(passed).empty()) {
    return true;  // an administrator has done it, and will undo it
  }
  if (!step(file, passed.joined(cores_).text())) {
    return false;
  }
  undo_.emplace_back([this, group] { take_from_exclusive(*files_, *groups_, group, cores_); });
  return true;
}

bool CpusetPartition::isolate() {
  const std::string file = directory_ + kPartition;
  if (const int error = groups_->write(file, "isolated"); error != 0) {
    return refuse(
        "the kernel makes no isolated partition (" + file + ": " + error_text(error) + ")",
        error == EINVAL ? "Linux 6.1 or later; or isolate the cores at boot (isolcpus=) "
                          "and write isolate = \"boot\""
                        : "");
  }
  undo_.emplace_back([this, file] { static_cast<void>(groups_->write(file, "member")); });
  // The write succeeds also where the partition does not come about; cgroup-v2.rst says to look.
  if (const std::string now = state(); now != "isolated") {
    return refuse("the kernel makes no isolated partition of " + cores_.text() + ": " +
                  reason_in(now));
  }
  const CpuSet got = cores_in(*files_, directory_ + "/cpuset.cpus.effective");
  return got == cores_ || refuse("the kernel isolates " + (got.empty() ? "nothing" : got.text()) +
                                 " instead of " + cores_.text());
}

// What still is in there at the end: a reader that died of a bug or hangs in a driver.
void CpusetPartition::send_threads_back() {
  std::istringstream threads{files_->text(directory_ + "/cgroup.threads").value_or("")};
  for (std::string thread; threads >> thread;) {
    static_cast<void>(groups_->write(site_.parent + "/cgroup.threads", thread));
  }
}

std::string CpusetPartition::state() const {
  return files_->text(directory_ + kPartition).value_or("");
}

void CpusetPartition::enter() {
  if (const int error = groups_->write(directory_ + "/cgroup.threads", "0"); error != 0) {
    throw_failure(error, {"moving into the readers' control group", directory_,
                          "isolate = \"boot\" does without it"});
  }
}

void CpusetPartition::leave() {
  if (const int error = groups_->write(site_.parent + "/cgroup.threads", "0"); error != 0) {
    throw_failure(error, {"moving out of the readers' control group", site_.parent,
                          "isolate = \"boot\" does without it"});
  }
}

std::vector<LeftPartition> left_partitions(const core::FileTree& files, core::ControlGroups& groups,
                                           const CpusetSite& site) {
  std::vector<std::string> parents{site.top};
  if (site.parent != site.top) {
    parents.push_back(site.parent);
  }
  std::vector<LeftPartition> left;
  for (const std::string& parent : parents) {
    for (const std::string& name : files.list(parent)) {
      const std::string directory = std::string{parent}.append("/").append(name);
      if (is_of_readers(name) && !is_populated(files, directory) &&
          groups.lock(directory, kAtOnce)) {
        left.push_back({directory, cores_in(files, directory + "/cpuset.cpus")});
      }
    }
  }
  return left;
}

std::vector<LeftPartition> remove_left_partitions(const core::FileTree& files,
                                                  core::ControlGroups& groups,
                                                  const CpusetSite& site) {
  const auto start_lock = groups.lock(site.top, kPatience);
  if (!start_lock) {
    return {};  // without it, a station that has just made its group would look like a dead one
  }
  std::vector<LeftPartition> removed;
  for (LeftPartition& left : left_partitions(files, groups, site)) {
    static_cast<void>(groups.write(left.directory + kPartition, "member"));
    const std::string parent = left.directory.substr(0, left.directory.rfind('/'));
    if (parent != site.top) {
      for (const std::string& group : site.above) {
        take_from_exclusive(files, groups, group, left.cores);
      }
    }
    if (groups.remove(left.directory) == 0) {
      removed.push_back(std::move(left));
    }
  }
  return removed;
}

}  // namespace isotherm::os
