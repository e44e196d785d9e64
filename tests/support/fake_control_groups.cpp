#include "support/fake_control_groups.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace isotherm::test {
namespace {

std::string parent_group(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool ends_in(const std::string& file, const std::string& name) {
  return file.ends_with("/" + name);
}

}  // namespace

class FakeControlGroups::Held final : public core::GroupLock {
 public:
  Held(FakeControlGroups& groups, std::string directory)
      : groups_(&groups), directory_(std::move(directory)) {
    groups_->held_.insert(directory_);
  }
  ~Held() override { groups_->held_.erase(directory_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  Held(Held&&) = delete;
  Held& operator=(Held&&) = delete;

 private:
  FakeControlGroups* groups_;
  std::string directory_;
};

FakeControlGroups::FakeControlGroups(FakeFileTree& files, const core::CpuSet& cores)
    : files_(&files), cores_(cores) {
  files.set("/proc/self/mountinfo",
            "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw");
  files.set("/proc/self/status", "Name:\tisotherm\nCapEff:\t000001ffffffffff\n");
  groups_.insert(kTop);
  const std::string top{kTop};
  set(top + "/cgroup.controllers", "cpuset cpu memory");
  set(top + "/cgroup.subtree_control", "cpu memory");
  set(top + "/cgroup.threads", "");
  set(top + "/cgroup.procs", "");
  set(top + "/cpuset.cpus.effective", cores_.text());
  set(top + "/cpuset.cpus.isolated", "");
  set_own("");
}

void FakeControlGroups::set_own(const std::string& path) {
  files_->set("/proc/self/cgroup", "0::" + (path.empty() ? "/" : path));
  process_ = thread_ = kTop + path;
}

void FakeControlGroups::set(const std::string& file, const std::string& text) {
  texts_[file] = text;
  files_->set(file, text);
}

void FakeControlGroups::drop(const std::string& file) {
  texts_.erase(file);
  files_->remove(file);
}

void FakeControlGroups::add_cpuset_files(const std::string& directory) {
  set(directory + "/cpuset.cpus", "");
  set(directory + "/cpuset.cpus.exclusive", "");
  set(directory + "/cpuset.cpus.effective", cores_.text());
  set(directory + "/cpuset.cpus.partition", "member");
}

void FakeControlGroups::add_group(const std::string& directory) {
  groups_.insert(directory);
  const bool has_cpuset = texts_[parent_group(directory) + "/cgroup.subtree_control"].find(
                              "cpuset") != std::string::npos;
  set(directory + "/cgroup.type", "domain");
  set(directory + "/cgroup.threads", "");
  set(directory + "/cgroup.procs", "");
  set(directory + "/cgroup.events", "populated 0\nfrozen 0");
  set(directory + "/cgroup.controllers", has_cpuset ? "cpuset cpu memory" : "cpu memory");
  set(directory + "/cgroup.subtree_control", "");
  if (has_cpuset) {
    add_cpuset_files(directory);
  }
}

int FakeControlGroups::refusal() {
  const std::size_t call = calls_++;
  return fail_at_ && fail_at_->first == call ? fail_at_->second : 0;
}

int FakeControlGroups::make(const std::string& directory) {
  if (const int error = refusal(); error != 0) {
    return error;
  }
  if (exists(directory)) {
    return EEXIST;
  }
  if (!exists(parent_group(directory))) {
    return ENOENT;
  }
  add_group(directory);
  return 0;
}

int FakeControlGroups::remove(const std::string& directory) {
  if (!exists(directory)) {
    return 0;
  }
  if (!texts_[directory + "/cgroup.threads"].empty() || thread_ == directory) {
    return EBUSY;
  }
  groups_.erase(directory);
  std::erase_if(texts_,
                [&directory](const auto& file) { return file.first.starts_with(directory + "/"); });
  files_->remove(directory);
  count_isolated();
  return 0;
}

void FakeControlGroups::enable(const std::string& group, bool on) {
  std::string& words = texts_[group + "/cgroup.subtree_control"];
  if (on) {
    words = words.empty() ? "cpuset" : "cpuset " + words;
  } else {
    const std::size_t at = words.find("cpuset");
    words.erase(at, words.size() > at + 6 ? 7 : 6);
  }
  set(group + "/cgroup.subtree_control", words);
  for (const std::string& child : std::set<std::string>{groups_}) {
    if (child == group || parent_group(child) != group) {
      continue;
    }
    set(child + "/cgroup.controllers", on ? "cpuset cpu memory" : "cpu memory");
    if (on) {
      add_cpuset_files(child);
    } else {
      for (const char* name : {"cpus", "cpus.exclusive", "cpus.effective", "cpus.partition"}) {
        drop(child + "/cpuset." + name);
      }
    }
  }
}

void FakeControlGroups::count_isolated() {
  core::CpuSet isolated;
  for (const std::string& group : groups_) {
    const auto state = texts_.find(group + "/cpuset.cpus.partition");
    if (state != texts_.end() && state->second == "isolated") {
      isolated = isolated.joined(*core::CpuSet::parse(texts_[group + "/cpuset.cpus"]));
    }
  }
  const std::string top{kTop};
  set(top + "/cpuset.cpus.isolated", isolated.text());
  set(top + "/cpuset.cpus.effective", cores_.without(isolated).text());
}

void FakeControlGroups::set_partition(const std::string& group, const std::string& state) {
  set(group + "/cpuset.cpus.partition", state == "isolated" ? answer_ : state);
  if (state == "isolated") {
    set(group + "/cpuset.cpus.effective", texts_[group + "/cpuset.cpus"]);
  }
  count_isolated();
}

int FakeControlGroups::write(const std::string& file, const std::string& text) {
  if (const int error = refusal(); error != 0) {
    return error;
  }
  if (const auto error = errors_.find(file); error != errors_.end()) {
    return error->second;
  }
  if (!texts_.contains(file)) {
    return ENOENT;
  }
  const std::string group = parent_group(file);
  if (ends_in(file, "cgroup.subtree_control")) {
    enable(group, text == "+cpuset");
  } else if (ends_in(file, "cgroup.procs")) {
    process_ = thread_ = group;
  } else if (ends_in(file, "cgroup.threads")) {
    if (text == "0") {
      thread_ = group;
      return 0;
    }
    for (const std::string& other : std::set<std::string>{groups_}) {
      if (texts_[other + "/cgroup.threads"] == text) {
        set(other + "/cgroup.threads", "");
      }
    }
  } else if (ends_in(file, "cpuset.cpus.partition")) {
    set_partition(group, text);
  } else {
    set(file, text == "\n" ? "" : text);
  }
  return 0;
}

int FakeControlGroups::write_problem(const std::string& path) const {
  const auto problem = problems_.find(path);
  return problem == problems_.end() ? 0 : problem->second;
}

std::unique_ptr<core::GroupLock> FakeControlGroups::lock(const std::string& directory,
                                                         std::chrono::milliseconds /*patience*/) {
  if (!exists(directory) || held_.contains(directory)) {
    return nullptr;
  }
  return std::make_unique<Held>(*this, directory);
}

std::map<std::string, std::string> FakeControlGroups::snapshot() const {
  auto all = texts_;
  all["thread"] = thread_;
  all["process"] = process_;
  return all;
}

}  // namespace isotherm::test
