// The processor's own counters for one thread: perf_event_open(2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "os/descriptor.hpp"

namespace isotherm::os {

enum class PerfEvent : std::uint8_t {
  Instructions,  // that were retired
  CacheMisses,   // of the last level, on most machines
};

// Counts one event of the thread that made it, whatever core that runs on.
//
// A counter that is on is saved and restored at every context switch, which in a virtual machine
// costs microseconds: nothing that is timed should run under one.
class PerfCounter {
 public:
  // Housekeeping. Never throws: a machine that does not count is nothing unusual, see problem().
  explicit PerfCounter(PerfEvent event) : PerfCounter(open(event)) {}

  [[nodiscard]] bool available() const noexcept { return descriptor_.valid(); }
  // Why there is no counter, and what would mend it; "" where there is one.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  // The kernel's part is left out, because this process has no right to see it.
  [[nodiscard]] bool user_only() const noexcept { return user_only_; }

  // By the same thread, once each, start() first. They do nothing where there is no counter.
  void start() noexcept;
  void stop() noexcept;

  // What was counted between the two; nothing if there is no counter, or if none of the
  // processor's few counters was free. Scaled up where it was free for a part of the time only.
  [[nodiscard]] std::optional<std::uint64_t> count() const noexcept;

 private:
  struct Opened {
    int descriptor = -1;
    int error = 0;
    bool user_only = false;
  };
  [[nodiscard]] static Opened open(PerfEvent event) noexcept;
  explicit PerfCounter(const Opened& opened);

  Descriptor descriptor_;
  bool user_only_ = false;
  std::string problem_;
};

// For messages: what an errno of perf_event_open(2) means, and what to do about it.
[[nodiscard]] std::string perf_problem(int error, std::optional<int> paranoid);

}  // namespace isotherm::os
