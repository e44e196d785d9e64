#include "diagnose/response_time.hpp"

#include <algorithm>

#include "diagnose/saturating.hpp"

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;
using core::SchedulingPolicy;

// SCHED_DEADLINE above all priorities, SCHED_OTHER below them: sched(7).
int rank(const Task& task) noexcept {
  constexpr int kAboveAllPriorities = 100;
  switch (task.policy) {
    case SchedulingPolicy::Deadline:
      return kAboveAllPriorities;
    case SchedulingPolicy::Other:
      return 0;
    default:
      return task.priority;
  }
}

bool moves(const Task& task) noexcept { return task.cores.size() > 1; }

// A task that may wait elsewhere before it comes here brings work along from before; one that is
// kept to its one core cannot, and a deadline's order has nothing to do with when it was released.
Nanoseconds carried_along(const Task& other, const Task& task, Nanoseconds share) {
  const bool carries = moves(other) || moves(task) || other.policy == SchedulingPolicy::Deadline;
  return carries ? add(other.jitter, std::max(other.period - share, Nanoseconds{0})) : other.jitter;
}

const BusUse* use_of(const Task& task, const std::string& bus) {
  const auto use = std::find_if(task.buses.begin(), task.buses.end(),
                                [&bus](const BusUse& one) { return one.bus == bus; });
  return use == task.buses.end() ? nullptr : &*use;
}

// B: what less urgent readers, here or on other cores, may hold of its buses.
Nanoseconds blocking_of(const Task& task, const std::vector<Task>& tasks) {
  Nanoseconds blocking{0};
  for (const BusUse& use : task.buses) {
    Nanoseconds longest{0};
    for (const Task& other : tasks) {
      const BusUse* const its = &other == &task ? nullptr : use_of(other, use.bus);
      if (its != nullptr && !goes_first(other, task)) {
        longest = std::max(longest, its->longest);
      }
    }
    blocking = add(blocking, times(use.transfers, longest));
  }
  return blocking;
}

// What goes first on `core`, and on the buses from other cores.
std::vector<Interference> interference(const Task& task, unsigned core,
                                       const std::vector<Task>& tasks) {
  std::vector<Interference> others;
  for (const Task& other : tasks) {
    if (&other == &task || !goes_first(other, task)) {
      continue;
    }
    Nanoseconds share{0};
    Nanoseconds jitter{0};
    if (other.cores.contains(core)) {
      share = other.cost;
      jitter = carried_along(other, task, share);
    } else {
      for (const BusUse& use : task.buses) {
        const BusUse* const its = use_of(other, use.bus);
        share = its == nullptr ? share : add(share, its->total);
      }
      // Where in its slot the other gets to the bus is not known.
      jitter = add(other.jitter, std::max(other.period - share, Nanoseconds{0}));
    }
    if (share > Nanoseconds{0}) {
      others.push_back({.period = other.period, .jitter = jitter, .cost = share});
    }
  }
  return others;
}

// Below the least solution, since ceil(x) >= x: own / (1 - U), with U what the others take of the
// core. The iteration would get there, too, but for a U close to 1 in steps without number. Nothing
// where they take all of it: then there is no solution.
std::optional<Nanoseconds> first_window(Nanoseconds own, const std::vector<Interference>& others) {
  double taken = 0.0;
  for (const Interference& other : others) {
    taken += static_cast<double>(other.cost.count()) / static_cast<double>(other.period.count());
  }
  if (taken >= 1.0) {
    return std::nullopt;
  }
  constexpr double kBelow = 1.0 - 1e-9;  // of the rounding of all this
  const double window = static_cast<double>(own.count()) / (1.0 - taken) * kBelow;
  constexpr double kLimit = 9e18;  // of 2^63 ns
  return window < kLimit ? std::max(own, Nanoseconds{static_cast<std::int64_t>(window)}) : own;
}

Response response_of(const Task& task, const std::vector<Task>& tasks) {
  Response response;
  response.blocking = blocking_of(task, tasks);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const bool meets = !tasks[i].cores.intersection(task.cores).empty();
    if (&tasks[i] != &task && meets && goes_first(tasks[i], task)) {
      response.others.push_back(i);
    }
  }
  const Nanoseconds own = add(task.cost - task.spin, response.blocking);
  const Nanoseconds limit = times(kPeriodsMax, task.period);
  for (const unsigned core : task.cores.cores()) {
    const auto window = busy_window(own, interference(task, core, tasks), limit);
    if (!window) {
      response.worst.reset();
      return response;
    }
    response.worst = std::max(response.worst.value_or(Nanoseconds{0}), add(task.jitter, *window));
  }
  return response;
}

}  // namespace

bool goes_first(const Task& other, const Task& task) noexcept { return rank(other) >= rank(task); }

std::optional<Nanoseconds> busy_window(Nanoseconds own, const std::vector<Interference>& others,
                                       Nanoseconds limit) {
  const auto first = first_window(own, others);
  Nanoseconds window = first.value_or(Nanoseconds::max());
  for (int step = 0; step < kStepsMax && window <= limit && window < Nanoseconds::max(); ++step) {
    Nanoseconds next = own;
    for (const Interference& other : others) {
      // At the critical instant one job of each is there even if the own work took no time.
      const std::int64_t jobs =
          std::max<std::int64_t>(ceil_div(add(window, other.jitter), other.period), 1);
      next = add(next, times(jobs, other.cost));
    }
    if (next == window) {
      return window;
    }
    window = next;
  }
  return std::nullopt;
}

std::vector<Response> response_times(const std::vector<Task>& tasks) {
  std::vector<Response> responses(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (core::has_priority(tasks[i].policy) && tasks[i].period > Nanoseconds{0}) {
      responses[i] = response_of(tasks[i], tasks);
    }
  }
  return responses;
}

}  // namespace isotherm::diagnose
