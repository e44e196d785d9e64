#include "diagnose/feasibility.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "acquire/reader_settings.hpp"
#include "diagnose/deadline_demand.hpp"
#include "diagnose/response_time.hpp"
#include "diagnose/saturating.hpp"

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;
using core::SchedulingPolicy;

// Sums of decimal shares are not exact in binary.
constexpr double kRounding = 1e-9;

double ratio(Nanoseconds part, Nanoseconds whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

Task task_of(const ReaderDemand& reader) {
  Task task{.policy = reader.policy,
            .priority = reader.priority,
            .cores = reader.cores,
            .period = reader.period,
            .cost = reader.cost(),
            .spin = reader.spin,
            .jitter = reader.jitter,
            .buses = {}};
  if (reader.policy == SchedulingPolicy::Deadline) {
    // The kernel takes the core away from it when its runtime is used up.
    task.cost = std::min(reader.runtime, reader.cost());
    task.spin = Nanoseconds{0};
  }
  for (const SensorCost& sensor : reader.sensors) {
    if (sensor.bus.empty()) {
      continue;
    }
    auto use = std::find_if(task.buses.begin(), task.buses.end(),
                            [&sensor](const BusUse& one) { return one.bus == sensor.bus; });
    if (use == task.buses.end()) {
      use = task.buses.insert(use, BusUse{.bus = sensor.bus});
    }
    ++use->transfers;
    use->total = add(use->total, sensor.worst);
    use->longest = std::max(use->longest, sensor.worst);
  }
  return task;
}

Nanoseconds cpu_of(const ReaderDemand& reader) {
  Nanoseconds sum = reader.spin;
  for (const SensorCost& sensor : reader.sensors) {
    sum = add(sum, sensor.cpu);
  }
  return sum;
}

std::vector<CoreFeasibility> cores_of(const std::vector<ReaderDemand>& readers,
                                      const KernelLimits& limits) {
  std::map<unsigned, CoreFeasibility> by_core;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    for (const unsigned number : readers[i].cores.cores()) {
      CoreFeasibility& core = by_core[number];
      core.core = number;
      core.utilisation += ratio(readers[i].cost(), readers[i].period);
      core.realtime_cpu += core::has_priority(readers[i].policy)
                               ? ratio(cpu_of(readers[i]), readers[i].period)
                               : 0.0;
      core.readers.push_back(i);
    }
  }
  std::vector<CoreFeasibility> cores;
  for (auto& [number, core] : by_core) {
    core.throttled = core.realtime_cpu > limits.realtime_share + kRounding;
    cores.push_back(std::move(core));
  }
  return cores;
}

// What SCHED_DEADLINE amounts to for all of its readers together.
struct DeadlineState {
  double utilisation = 0.0;
  bool admitted = true;
  bool in_time = true;
};

DeadlineState deadline_state(const std::vector<ReaderDemand>& readers, const KernelLimits& limits) {
  std::vector<Demand> demands;
  core::CpuSet cores;
  for (const ReaderDemand& reader : readers) {
    if (reader.policy == SchedulingPolicy::Deadline) {
      demands.push_back(
          {.cost = reader.runtime, .deadline = reader.period, .period = reader.period});
      cores = cores.joined(reader.cores);
    }
  }
  DeadlineState state;
  state.utilisation = utilisation(demands);
  state.admitted =
      !limits.deadline_cores || state.utilisation <= *limits.deadline_cores + kRounding;
  state.in_time = cores.size() <= 1 ? demand_test(demands) == DemandVerdict::Holds
                                    : global_deadline_test(demands, cores.size());
  return state;
}

void judge_deadline(const ReaderDemand& reader, const DeadlineState& state,
                    ReaderFeasibility& result) {
  if (!state.admitted) {
    result.verdict = Verdict::Fails;
    result.reason = Reason::NotAdmitted;
  } else if (cpu_of(reader) > reader.runtime) {
    result.verdict = Verdict::Fails;
    result.reason = Reason::RuntimeShort;
  } else if (result.cost > reader.runtime) {
    // A constant bandwidth server may give a thread that slept a later deadline when it wakes:
    // kernel Documentation/scheduler/sched-deadline.rst, section 2.
    result.verdict = Verdict::NoWord;
    result.reason = Reason::SleepsToo;
  } else if (!state.in_time) {
    result.verdict = Verdict::NoWord;
    result.reason = Reason::ManyCores;
  }
}

void judge_priority(const ReaderDemand& reader, bool throttled, ReaderFeasibility& result) {
  if (throttled) {
    result.verdict = Verdict::Fails;
    result.reason = Reason::Throttled;
  } else if (!result.response) {
    result.verdict = Verdict::Fails;
    result.reason = Reason::NoBound;
  } else if (*result.response > reader.period) {
    result.verdict = Verdict::Fails;
    result.reason = Reason::ResponseLate;
  }
}

bool is_throttled(const ReaderDemand& reader, const std::vector<CoreFeasibility>& cores) {
  return std::any_of(cores.begin(), cores.end(), [&reader](const CoreFeasibility& core) {
    return core.throttled && reader.cores.contains(core.core);
  });
}

Feasibility with_period(std::vector<ReaderDemand> readers, std::size_t which, Nanoseconds period,
                        const KernelLimits& limits) {
  ReaderDemand& reader = readers[which];
  if (reader.runtime_by_period) {
    reader.runtime = Nanoseconds{static_cast<std::int64_t>(static_cast<double>(period.count()) *
                                                           ratio(reader.runtime, reader.period))};
  }
  reader.period = period;
  return analyse(readers, limits);
}

// Whether `which` holds in `now`, and everybody else who holds where it is out of the way.
bool does_no_harm(const Feasibility& now, const Feasibility& without, std::size_t which) {
  for (std::size_t i = 0; i < now.readers.size(); ++i) {
    const bool may_fail = i != which && without.readers[i].verdict == Verdict::Fails;
    if (!may_fail && now.readers[i].verdict == Verdict::Fails) {
      return false;
    }
  }
  return true;
}

// Of the rates with three digits, the highest with at least this period.
Nanoseconds at_round_rate(Nanoseconds period) {
  constexpr double kSecond = 1e9;
  constexpr double kDigits = 100.0;  // the leading digit and two more
  const double hertz = kSecond / static_cast<double>(period.count());
  const double step = std::pow(10.0, std::floor(std::log10(hertz))) / kDigits;
  // What is round already, but for the last bit of a double, stays.
  constexpr double kAlmost = 1e-9;
  const double rounded = std::floor(hertz / step + kAlmost) * step;
  const Nanoseconds longer{static_cast<std::int64_t>(std::ceil(kSecond / rounded - kAlmost))};
  return std::clamp(longer, period, acquire::kPeriodMax);
}

}  // namespace

Nanoseconds ReaderDemand::reads() const {
  Nanoseconds sum{0};
  for (const SensorCost& sensor : sensors) {
    sum = add(sum, sensor.worst);
  }
  return sum;
}

Nanoseconds ReaderDemand::cost() const { return add(spin, reads()); }

std::optional<std::size_t> ReaderDemand::costliest() const {
  const auto most =
      std::max_element(sensors.begin(), sensors.end(),
                       [](const SensorCost& a, const SensorCost& b) { return a.worst < b.worst; });
  return most == sensors.end() ? std::nullopt
                               : std::optional{static_cast<std::size_t>(most - sensors.begin())};
}

bool Feasibility::any_fails() const {
  return std::any_of(readers.begin(), readers.end(), [](const ReaderFeasibility& reader) {
    return reader.verdict == Verdict::Fails;
  });
}

Feasibility analyse(const std::vector<ReaderDemand>& readers, const KernelLimits& limits) {
  Feasibility result;
  result.cores = cores_of(readers, limits);
  const DeadlineState deadlines = deadline_state(readers, limits);
  result.deadline_utilisation = deadlines.utilisation;
  std::vector<Task> tasks;
  tasks.reserve(readers.size());
  for (const ReaderDemand& reader : readers) {
    tasks.push_back(task_of(reader));
  }
  std::vector<Response> responses = response_times(tasks);
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const ReaderDemand& reader = readers[i];
    ReaderFeasibility one;
    one.cost = reader.cost();
    one.utilisation = ratio(one.cost, reader.period);
    one.response = responses[i].worst;
    one.blocking = responses[i].blocking;
    one.others = std::move(responses[i].others);
    if (reader.reads() > reader.period) {
      one.verdict = Verdict::Fails;
      one.reason = Reason::SlotTooLong;
    } else if (reader.policy == SchedulingPolicy::Other) {
      one.verdict = Verdict::NoWord;
      one.reason = Reason::NotRealtime;
    } else if (reader.policy == SchedulingPolicy::Deadline) {
      judge_deadline(reader, deadlines, one);
    } else {
      judge_priority(reader, is_throttled(reader, result.cores), one);
    }
    result.readers.push_back(std::move(one));
  }
  return result;
}

std::optional<Nanoseconds> shortest_period(const std::vector<ReaderDemand>& readers,
                                           std::size_t which, const KernelLimits& limits) {
  const Feasibility without = with_period(readers, which, acquire::kPeriodMax, limits);
  const auto holds = [&](Nanoseconds period) {
    return does_no_harm(with_period(readers, which, period, limits), without, which);
  };
  if (!holds(acquire::kPeriodMax)) {
    return std::nullopt;
  }
  if (holds(acquire::kPeriodMin)) {
    return acquire::kPeriodMin;
  }
  // A longer period of one reader makes nobody else later, so what holds at a period holds at all
  // longer ones, and halving finds the border.
  Nanoseconds fails = acquire::kPeriodMin;
  Nanoseconds good = acquire::kPeriodMax;
  while (good - fails > Nanoseconds{1}) {
    const Nanoseconds middle = fails + (good - fails) / 2;
    (holds(middle) ? good : fails) = middle;
  }
  return at_round_rate(good);
}

std::optional<unsigned> better_core(const std::vector<ReaderDemand>& readers, std::size_t which,
                                    const KernelLimits& limits, const core::CpuSet& candidates) {
  const Feasibility without = with_period(readers, which, acquire::kPeriodMax, limits);
  for (const unsigned core : candidates.cores()) {
    std::vector<ReaderDemand> moved = readers;
    moved[which].cores = core::CpuSet{core};
    if (does_no_harm(analyse(moved, limits), without, which)) {
      return core;
    }
  }
  return std::nullopt;
}

}  // namespace isotherm::diagnose
