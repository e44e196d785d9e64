#include "diagnose/competitors.hpp"

#include <algorithm>

#include "os/proc_text.hpp"
#include "os/thread_usage.hpp"

namespace isotherm::diagnose {
namespace {

constexpr long kTicksPerSecond = 100;  // USER_HZ
constexpr std::string_view kOther = "other";
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

// The second field of stat, in parentheses.
std::string name_in(std::string_view stat) {
  const std::size_t begin = stat.find('(');
  const std::size_t end = stat.rfind(')');
  if (begin == std::string_view::npos || end == std::string_view::npos || end <= begin) {
    return {};
  }
  return std::string{stat.substr(begin + 1, end - begin - 1)};
}

}  // namespace

core::Nanoseconds Competitors::known_of(int thread) const noexcept {
  const auto known =
      std::lower_bound(known_.begin(), known_.end(), thread,
                       [](const Known& one, int wanted) { return one.thread < wanted; });
  return known != known_.end() && known->thread == thread ? known->cpu_time : core::Nanoseconds{0};
}

void Competitors::look_at(const std::string& task, int thread, std::vector<Known>& now) {
  const auto stat = files_.text(task + "/stat");
  const auto usage = stat ? os::parse_thread_stat(*stat, kTicksPerSecond) : std::nullopt;
  if (!usage) {
    return;  // it has just ended
  }
  core::Nanoseconds cpu_time = usage->cpu_time;
  if (is_realtime(usage->policy_word())) {
    // A burst may be shorter than the step of stat; this one counts in nanoseconds.
    if (const auto schedstat = files_.text(task + "/schedstat")) {
      cpu_time = os::parse_cpu_time(*schedstat).value_or(cpu_time);
    }
  }
  now.push_back({thread, cpu_time});
  const core::Nanoseconds ran = cpu_time - known_of(thread);
  if (ran > core::Nanoseconds{0}) {
    ran_.push_back({.name = name_in(*stat),
                    .thread = thread,
                    .policy = std::string{usage->policy_word()},
                    .priority = usage->priority,
                    .core = static_cast<unsigned>(std::max(usage->core, 0)),
                    .ran = ran});
  }
}

void Competitors::search() {
  std::vector<Known> now;
  now.reserve(known_.size());
  ran_.clear();
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
  known_ = std::move(now);
}

std::optional<Competitor> Competitors::worst_for(const Contender& reader) const {
  const Competitor* worst = nullptr;
  for (const Competitor& other : ran_) {
    if (may_keep_off(other, reader) && (worst == nullptr || other.ran > worst->ran)) {
      worst = &other;
    }
  }
  return worst == nullptr ? std::nullopt : std::optional{*worst};
}

}  // namespace isotherm::diagnose
