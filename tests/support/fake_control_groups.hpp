// Control groups of version 2 in memory, as far as cpuset partitions need them: a file tree to read
// and the port to change it, with refusals that a test chooses. What the kernel does by itself is
// done here in the same way: files that come with a new group and with the controller, a thread
// that moves, a partition that takes its cores from the topmost group. As seen on Linux 6.12.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/control_groups.hpp"
#include "core/cpu_set.hpp"
#include "support/fake_file_tree.hpp"

namespace isotherm::test {

class FakeControlGroups final : public core::ControlGroups {
 public:
  static constexpr const char* kTop = "/sys/fs/cgroup";

  // The topmost group of a machine with these cores. `files` gets /proc/self/mountinfo, too.
  FakeControlGroups(FakeFileTree& files, const core::CpuSet& cores);

  // The calling process is here, "" for the topmost group.
  void set_own(const std::string& path);
  // A group with its files, made by somebody else.
  void add_group(const std::string& directory);
  // As others would write it.
  void set(const std::string& file, const std::string& text);

  // The call of that number, counted from 0 over make() and write(), fails.
  void fail_call(std::size_t number, int error) { fail_at_ = {number, error}; }
  void fail_write(const std::string& file, int error) { errors_[file] = error; }
  void forbid(const std::string& path, int error) { problems_[path] = error; }
  // What cpuset.cpus.partition says after "isolated" was written to it.
  void answer(const std::string& state) { answer_ = state; }
  // Another living process holds it.
  void hold(const std::string& directory) { held_.insert(directory); }

  // All files and their texts, and where this thread and its process are.
  [[nodiscard]] std::map<std::string, std::string> snapshot() const;
  [[nodiscard]] std::size_t calls() const noexcept { return calls_; }
  [[nodiscard]] bool exists(const std::string& directory) const {
    return groups_.contains(directory);
  }
  [[nodiscard]] const std::string& thread_is_in() const noexcept { return thread_; }
  [[nodiscard]] const std::string& process_is_in() const noexcept { return process_; }

  [[nodiscard]] int make(const std::string& directory) override;
  [[nodiscard]] int remove(const std::string& directory) override;
  [[nodiscard]] int write(const std::string& file, const std::string& text) override;
  [[nodiscard]] int write_problem(const std::string& path) const override;
  [[nodiscard]] std::unique_ptr<core::GroupLock> lock(const std::string& directory,
                                                      std::chrono::milliseconds patience) override;

 private:
  class Held;

  [[nodiscard]] int refusal();
  void drop(const std::string& file);
  void add_cpuset_files(const std::string& directory);
  void enable(const std::string& group, bool on);
  void set_partition(const std::string& group, const std::string& state);
  void count_isolated();

  FakeFileTree* files_;
  core::CpuSet cores_;
  std::map<std::string, std::string> texts_;
  std::set<std::string> groups_;
  std::set<std::string> held_;
  std::map<std::string, int> errors_;
  std::map<std::string, int> problems_;
  std::optional<std::pair<std::size_t, int>> fail_at_;
  std::size_t calls_ = 0;
  std::string answer_ = "isolated";
  std::string thread_;
  std::string process_;
};

}  // namespace isotherm::test
