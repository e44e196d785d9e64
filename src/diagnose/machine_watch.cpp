#include "diagnose/machine_watch.hpp"

#include <algorithm>
#include <string>

#include "diagnose/kernel_tick.hpp"
#include "os/proc_text.hpp"
#include "os/suspended_time.hpp"
#include "os/this_thread.hpp"
#include "os/thread_usage.hpp"

namespace isotherm::diagnose {
namespace {

// Fields of a "cpuN" line behind the name, proc_stat(5): user, nice, system, idle, iowait, irq,
// softirq, steal.
constexpr std::size_t kInterruptField = 5;
constexpr std::size_t kSoftirqField = 6;
constexpr std::size_t kStealField = 7;

std::string text_or_nothing(const core::FileTree& files, const std::string& path) {
  return files.text(path).value_or(std::string{});
}

}  // namespace

std::optional<CoreTimes> parse_cpu_line(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (os::next_word(line) != name) {
      continue;
    }
    CoreTimes times;
    for (std::size_t field = 0; field <= kStealField; ++field) {
      const auto ticks = os::parse_number<std::int64_t>(os::next_word(line));
      if (!ticks) {
        return std::nullopt;
      }
      if (field == kInterruptField) {
        times.interrupts = *ticks * kKernelTick;
      } else if (field == kSoftirqField) {
        times.softirqs = *ticks * kKernelTick;
      } else if (field == kStealField) {
        times.steal = *ticks * kKernelTick;
      }
    }
    return times;
  }
  return std::nullopt;
}

std::optional<CoreTimes> parse_core_times(std::string_view text, unsigned core) {
  return parse_cpu_line(text, "cpu" + std::to_string(core));
}

MachineWatch::MachineWatch(const core::FileTree& files, const core::Clock& clock,
                           std::vector<int> threads, std::vector<unsigned> cores)
    : files_(files),
      clock_(clock),
      threads_(std::move(threads)),
      cores_(std::move(cores)),
      interrupts_(cores_),
      softirqs_(cores_) {}

std::optional<std::size_t> MachineWatch::place_of(unsigned core) const noexcept {
  const auto place = std::find(cores_.begin(), cores_.end(), core);
  return place == cores_.end() ? std::nullopt
                               : std::optional{static_cast<std::size_t>(place - cores_.begin())};
}

MachineLook MachineWatch::look(core::MonotonicTime due) {
  MachineLook look;
  look.began = clock_.now();
  look.overslept = std::max(look.began - due, core::Nanoseconds{0});
  look.suspended = os::suspended_time();
  look.own_thread = os::this_thread_id();
  look.own_queue_time = os::parse_queue_time(text_or_nothing(files_, "/proc/thread-self/schedstat"))
                            .value_or(core::Nanoseconds{0});
  for (const int thread : threads_) {
    look.threads.push_back(thread_counts(thread));
  }
  look.cores = core_times();
  look.interrupts = interrupts_.read(text_or_nothing(files_, "/proc/interrupts"));
  look.softirqs = softirqs_.read(text_or_nothing(files_, "/proc/softirqs"));
  look.ended = clock_.now();
  return look;
}

std::optional<ThreadCounts> MachineWatch::thread_counts(int thread) const {
  const std::string task = "/proc/self/task/" + std::to_string(thread);
  const auto stat = files_.text(task + "/stat");
  const auto usage = stat ? os::parse_thread_stat(*stat, kTicksPerSecond) : std::nullopt;
  const auto switches = os::parse_context_switches(text_or_nothing(files_, task + "/status"));
  if (!usage || !switches) {
    return std::nullopt;
  }
  const std::string schedstat = text_or_nothing(files_, task + "/schedstat");
  ThreadCounts counts;
  counts.voluntary_switches = switches->voluntary;
  counts.involuntary_switches = switches->involuntary;
  counts.minor_faults = usage->minor_faults;
  counts.major_faults = usage->major_faults;
  counts.cpu_time = os::parse_cpu_time(schedstat).value_or(usage->cpu_time);
  counts.queue_time = os::parse_queue_time(schedstat);
  counts.core = static_cast<unsigned>(std::max(usage->core, 0));
  return counts;
}

std::vector<CoreTimes> MachineWatch::core_times() const {
  const std::string text = text_or_nothing(files_, "/proc/stat");
  std::vector<CoreTimes> times;
  times.reserve(cores_.size());
  for (const unsigned core : cores_) {
    times.push_back(parse_core_times(text, core).value_or(CoreTimes{}));
  }
  return times;
}

}  // namespace isotherm::diagnose
