// A /proc in memory, with the files that the evidence is gathered from.
#pragma once

#include <cstdint>
#include <string>

#include "core/time.hpp"
#include "support/fake_file_tree.hpp"

namespace isotherm::test {

struct FakeThread {
  int process = 1;
  int thread = 1;
  std::string name = "thread";
  unsigned core = 1;
  int policy = 0;  // of sched.h: 0 other, 1 fifo, 2 rr, 6 deadline
  int priority = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t voluntary = 5;
  std::uint64_t involuntary = 0;
  core::Nanoseconds cpu_time{0};
  core::Nanoseconds queue_time{0};
};

inline std::string thread_stat(const FakeThread& thread) {
  constexpr std::int64_t kTick = 10'000'000;
  const auto text = [](auto number) { return std::to_string(number); };
  // Fields 3 to 41 of proc_pid_stat(5).
  std::string stat = text(thread.thread) + " (" + thread.name + ") S 1 1 1 0 -1 4194304 " +
                     text(thread.minor_faults) + " 0 " + text(thread.major_faults) + " 0 " +
                     text(thread.cpu_time.count() / kTick) + " 0 0 0";
  for (int field = 18; field < 39; ++field) {
    stat += " 0";
  }
  return stat + " " + text(thread.core) + " " + text(thread.priority) + " " + text(thread.policy) +
         " 0 0 0";
}

inline void put_files(FakeFileTree& tree, const std::string& folder, const FakeThread& thread) {
  tree.set(folder + "/stat", thread_stat(thread));
  tree.set(folder + "/status", "voluntary_ctxt_switches:\t" + std::to_string(thread.voluntary) +
                                   "\nnonvoluntary_ctxt_switches:\t" +
                                   std::to_string(thread.involuntary) + "\n");
  tree.set(folder + "/schedstat", std::to_string(thread.cpu_time.count()) + " " +
                                      std::to_string(thread.queue_time.count()) + " 7");
}

// As every process sees it.
inline void put_thread(FakeFileTree& tree, const FakeThread& thread) {
  put_files(tree,
            "/proc/" + std::to_string(thread.process) + "/task/" + std::to_string(thread.thread),
            thread);
}

// As its own process sees it, too.
inline void put_own_thread(FakeFileTree& tree, const FakeThread& thread) {
  put_thread(tree, thread);
  put_files(tree, "/proc/self/task/" + std::to_string(thread.thread), thread);
}

struct FakeCores {
  std::uint64_t timer = 0;  // interrupts of core 1
  std::uint64_t network = 0;
  std::uint64_t steal_ticks = 0;
};

inline void put_cores(FakeFileTree& tree, const FakeCores& cores) {
  tree.set("/proc/interrupts", "      CPU0  CPU1\n LOC:  1000  " + std::to_string(cores.timer) +
                                   "   Local timer interrupts\n");
  tree.set("/proc/softirqs",
           "      CPU0  CPU1\n NET_RX:  5  " + std::to_string(cores.network) + "\n");
  tree.set("/proc/stat", "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\ncpu1 1 2 3 4 5 6 7 " +
                             std::to_string(cores.steal_ticks) + " 0 0\nintr 5\n");
}

}  // namespace isotherm::test
