#include "diagnose/competitors.hpp"

#include <algorithm>

#include "diagnose/kernel_tick.hpp"
#include "os/proc_text.hpp"
#include "os/thread_stat.hpp"
#include "os/thread_usage.hpp"

namespace isotherm::diagnose {
namespace {

constexpr std::string_view kDeadline = "deadline";
constexpr std::string_view kFifo = "fifo";
constexpr std::string_view kRoundRobin = "rr";

bool is_realtime(std::string_view policy) {
  return policy == kDeadline || policy == kFifo || policy == kRoundRobin;
}

bool may_keep_off(const Competitor& other, const Contender& reader) {
  if (other.thread == reader.thread ||
      std::find(reader.cores.begin(), reader.cores.end(), other.core) == reader.cores.end()) {
    return false;
  }
  if (!reader.realtime || other.policy == kDeadline) {
    return true;
  }
  return is_realtime(other.policy) && other.priority >= reader.priority;
}

// `threads` by number.
template <typename Known>
std::optional<core::Nanoseconds> known_in(const std::vector<Known>& threads, int thread) {
  const auto known =
      std::lower_bound(threads.begin(), threads.end(), thread,
                       [](const Known& one, int wanted) { return one.thread < wanted; });
  return known != threads.end() && known->thread == thread ? std::optional{known->cpu_time}
                                                           : std::nullopt;
}

}  // namespace

bool Competitors::is_feared(const Competitor& other) const {
  return is_realtime(other.policy) &&
         std::any_of(readers_.begin(), readers_.end(), [&other](const Contender& reader) {
           return reader.realtime && may_keep_off(other, reader);
         });
}

void Competitors::look_at(const std::string& task, int thread, std::vector<Known>& now) {
  const std::string text = files_.text(task + "/stat").value_or("");
  const auto stat = os::split_thread_stat(text);
  const auto usage = stat ? os::usage_in(*stat, kTicksPerSecond) : std::nullopt;
  if (!usage) {
    return;  // it has just ended
  }
  Seen seen{.competitor = {.name = std::string{stat->name},
                           .thread = thread,
                           .policy = std::string{usage->policy_word()},
                           .priority = usage->priority,
                           .core = static_cast<unsigned>(std::max(usage->core, 0))},
            .cpu_time = usage->cpu_time};
  if (is_realtime(seen.competitor.policy)) {
    // A burst may be shorter than the step of stat; this one counts in nanoseconds.
    if (const auto schedstat = files_.text(task + "/schedstat")) {
      seen.cpu_time = os::parse_cpu_time(*schedstat).value_or(seen.cpu_time);
    }
    if (is_feared(seen.competitor)) {
      feared_.emplace_back(thread, task);
    }
  }
  now.push_back({thread, seen.cpu_time});
  seen.competitor.ran = seen.cpu_time - known_in(known_, thread).value_or(core::Nanoseconds{0});
  if (seen.competitor.ran > core::Nanoseconds{0}) {
    seen_.push_back(std::move(seen));
  }
}

void Competitors::search() {
  std::vector<Known> now;
  now.reserve(known_.size());
  seen_.clear();
  feared_.clear();
  for (const std::string& process : files_.list("/proc")) {
    if (!os::parse_number<int>(process)) {
      continue;
    }
    const std::string tasks = "/proc/" + process + "/task";
    for (const std::string& task : files_.list(tasks)) {
      if (const auto thread = os::parse_number<int>(task)) {
        look_at(tasks + "/" + task, *thread, now);
      }
    }
  }
  std::sort(now.begin(), now.end(),
            [](const Known& one, const Known& two) { return one.thread < two.thread; });
  std::sort(feared_.begin(), feared_.end());
  known_ = std::move(now);
}

void Competitors::refresh(core::MonotonicTime now) {
  Refresh refresh{.time = now, .feared = {}};
  for (const auto& [thread, task] : feared_) {
    const auto schedstat = files_.text(task + "/schedstat");
    const auto cpu_time = schedstat ? os::parse_cpu_time(*schedstat) : std::nullopt;
    if (cpu_time) {
      refresh.feared.push_back({thread, *cpu_time});
    }
  }
  refreshes_.push_back(std::move(refresh));
  if (refreshes_.size() > kRefreshes) {
    refreshes_.pop_front();
  }
}

std::optional<core::Nanoseconds> Competitors::ran_since(const Seen& seen,
                                                        core::MonotonicTime begin) const {
  const auto before = std::find_if(refreshes_.rbegin(), refreshes_.rend(),
                                   [begin](const Refresh& one) { return one.time <= begin; });
  if (before == refreshes_.rend()) {
    return std::nullopt;
  }
  const auto known = known_in(before->feared, seen.competitor.thread);
  return known ? std::optional{seen.cpu_time - *known} : std::nullopt;
}

std::optional<Competitor> Competitors::worst_for(std::size_t reader,
                                                 core::MonotonicTime begin) const {
  std::optional<Competitor> worst;
  for (const Seen& seen : seen_) {
    if (!may_keep_off(seen.competitor, readers_[reader])) {
      continue;
    }
    Competitor other = seen.competitor;
    other.ran = ran_since(seen, begin).value_or(other.ran);
    if (other.ran > core::Nanoseconds{0} && (!worst || other.ran > worst->ran)) {
      worst = std::move(other);
    }
  }
  return worst;
}

}  // namespace isotherm::diagnose
