#include "diagnose/threads.hpp"

#include <algorithm>
#include <cctype>

#include "diagnose/kernel_text.hpp"
#include "os/proc_text.hpp"
#include "os/thread_stat.hpp"

namespace isotherm::diagnose {
namespace {

// include/linux/sched.h
constexpr std::uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD
constexpr std::uint64_t kNoSetAffinity = 0x04000000;

std::vector<std::uint32_t> numbers_in(const core::FileTree& files, const std::string& folder) {
  std::vector<std::uint32_t> numbers;
  for (const std::string& name : files.list(folder)) {
    if (const auto number = os::parse_number<std::uint32_t>(name)) {
      numbers.push_back(*number);
    }
  }
  return numbers;
}

core::CpuSet allowed_cores(std::string_view status) {
  const auto list = os::proc_field(status, "Cpus_allowed_list");
  return core::CpuSet::parse(list.value_or("")).value_or(core::CpuSet{});
}

std::string folder_of(const ThreadSeen& thread) {
  return "/proc/" + std::to_string(thread.pid) + "/task/" + std::to_string(thread.tid) + "/";
}

// The third number of schedstat: kernel Documentation/scheduler/sched-stats.rst.
std::uint64_t runs_of(const core::FileTree& files, const ThreadSeen& thread) {
  const std::vector<std::string> words =
      words_of(files.text(folder_of(thread) + "schedstat").value_or(""));
  return words.size() > 2 ? os::parse_number<std::uint64_t>(words[2]).value_or(0) : 0;
}

}  // namespace

bool ThreadSeen::realtime() const noexcept {
  return kernel_policy == 1 || kernel_policy == 2 || kernel_policy == 6;
}

std::optional<ThreadSeen> parse_thread(std::string_view text) {
  const auto stat = os::split_thread_stat(text);
  if (!stat) {
    return std::nullopt;
  }
  ThreadSeen thread;
  thread.tid = stat->tid;
  thread.name = stat->name;
  thread.of_kernel = (stat->flags & kKernelThread) != 0;
  thread.fixed = thread.of_kernel && (stat->flags & kNoSetAffinity) != 0;
  thread.core = static_cast<unsigned>(stat->core);
  thread.priority = stat->priority;
  thread.kernel_policy = stat->kernel_policy;
  return thread;
}

std::vector<ThreadSeen> read_threads(const core::FileTree& files) {
  const std::vector<std::string> self = words_of(files.text("/proc/self/stat").value_or(""));
  std::vector<ThreadSeen> threads;
  for (const std::uint32_t pid : numbers_in(files, "/proc")) {
    if (!self.empty() && self[0] == std::to_string(pid)) {
      continue;
    }
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    for (const std::uint32_t tid : numbers_in(files, tasks)) {
      const std::string folder = tasks + "/" + std::to_string(tid) + "/";
      auto thread = parse_thread(files.text(folder + "stat").value_or(""));
      if (!thread) {
        continue;  // it has ended
      }
      thread->pid = pid;
      thread->allowed = allowed_cores(files.text(folder + "status").value_or(""));
      thread->runs = runs_of(files, *thread);
      threads.push_back(std::move(*thread));
    }
  }
  return threads;
}

void look_again(const core::FileTree& files, const core::CpuSet& cores,
                std::vector<ThreadSeen>& threads) {
  for (ThreadSeen& thread : threads) {
    if (thread.allowed.intersection(cores).empty()) {
      continue;
    }
    const auto now = parse_thread(files.text(folder_of(thread) + "stat").value_or(""));
    thread.ran = now && runs_of(files, thread) > thread.runs;
    thread.core = now ? now->core : thread.core;
  }
}

}  // namespace isotherm::diagnose
