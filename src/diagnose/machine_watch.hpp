// What the kernel counts for the readers' threads and cores, looked at some ten times a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/attribute.hpp"
#include "core/clock.hpp"
#include "core/time.hpp"
#include "diagnose/interrupt_table.hpp"

namespace isotherm::diagnose {

// Of one thread, since its start.
struct ThreadCounts {
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  core::Nanoseconds cpu_time{0};
  // Ready to run, but waiting for a core; nothing where the kernel has no schedstat.
  std::optional<core::Nanoseconds> queue_time;
  unsigned core = 0;  // it ran on last
};

// Of one core, since boot: /proc/stat, in steps of usually 10 ms.
struct CoreTimes {
  core::Nanoseconds interrupts{0};
  core::Nanoseconds softirqs{0};
  core::Nanoseconds steal{0};  // the hypervisor had given the core to somebody else
};

// One look. Everything in it was read between `began` and `ended`.
struct MachineLook {
  core::MonotonicTime began;
  core::MonotonicTime ended;
  core::Nanoseconds overslept{0};                    // it began so much later than it was meant to
  core::Nanoseconds suspended{0};                    // of the machine, since boot
  core::Nanoseconds own_queue_time{0};               // of the thread that looks, since its start
  int own_thread = 0;                                // which it was
  std::vector<std::optional<ThreadCounts>> threads;  // by reader; nothing for one that has ended
  std::vector<CoreTimes> cores;                      // by place among the cores
  InterruptCounts interrupts;
  InterruptCounts softirqs;
};

class MachineWatch {
 public:
  // `threads` of this process, `cores` without repetition; the ports outlive this.
  MachineWatch(const core::FileTree& files, const core::Clock& clock, std::vector<int> threads,
               std::vector<unsigned> cores);

  // Housekeeping. `due` is when this look was meant to be.
  [[nodiscard]] MachineLook look(core::MonotonicTime due);

  [[nodiscard]] const InterruptTable& interrupts() const noexcept { return interrupts_; }
  [[nodiscard]] const InterruptTable& softirqs() const noexcept { return softirqs_; }
  // The place of a core among those watched.
  [[nodiscard]] std::optional<std::size_t> place_of(unsigned core) const noexcept;

 private:
  [[nodiscard]] std::optional<ThreadCounts> thread_counts(int thread) const;
  [[nodiscard]] std::vector<CoreTimes> core_times() const;

  const core::FileTree& files_;
  const core::Clock& clock_;
  std::vector<int> threads_;
  std::vector<unsigned> cores_;
  InterruptTable interrupts_;
  InterruptTable softirqs_;
};

// The line of /proc/stat with that name: "cpu" is of all cores together, "cpu3" of one; nothing if
// there is none.
[[nodiscard]] std::optional<CoreTimes> parse_cpu_line(std::string_view text, std::string_view name);
// The part of /proc/stat that is of core `core`; nothing if it has none.
[[nodiscard]] std::optional<CoreTimes> parse_core_times(std::string_view text, unsigned core);

}  // namespace isotherm::diagnose
