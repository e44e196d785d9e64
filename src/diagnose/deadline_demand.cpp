#include "diagnose/deadline_demand.hpp"

#include <algorithm>

#include "diagnose/saturating.hpp"

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;

// Sums of shares such as 1/3 + 1/3 + 1/3 are not exactly 1 in binary. A millionth of a millionth is
// far below what any clock here resolves.
constexpr double kUtilisationRounding = 1e-12;
constexpr int kPointsMax = 1'000'000;

double share(const Demand& demand) {
  return static_cast<double>(demand.cost.count()) / static_cast<double>(demand.period.count());
}

// The stretch from a common release until all work is done for the first time: no later point needs
// to be looked at. Nothing if it is too long to be found.
Nanoseconds busy_period(const std::vector<Demand>& demands, bool& found) {
  Nanoseconds length{0};
  for (const Demand& demand : demands) {
    length = add(length, demand.cost);
  }
  for (int step = 0; step < kPointsMax; ++step) {
    Nanoseconds next{0};
    for (const Demand& demand : demands) {
      next = add(next, times(ceil_div(length, demand.period), demand.cost));
    }
    if (next == length || next == Nanoseconds::max()) {
      found = next != Nanoseconds::max();
      return next;
    }
    length = next;
  }
  found = false;
  return length;
}

// The latest deadline before `time`; 0 if there is none.
Nanoseconds deadline_before(const std::vector<Demand>& demands, Nanoseconds time) {
  Nanoseconds latest{0};
  for (const Demand& demand : demands) {
    if (demand.deadline < time) {
      const std::int64_t jobs = (time - demand.deadline - Nanoseconds{1}) / demand.period;
      latest = std::max(latest, add(demand.deadline, times(jobs, demand.period)));
    }
  }
  return latest;
}

}  // namespace

double utilisation(const std::vector<Demand>& demands) {
  double sum = 0.0;
  for (const Demand& demand : demands) {
    sum += share(demand);
  }
  return sum;
}

Nanoseconds demand_within(const std::vector<Demand>& demands, Nanoseconds time) {
  Nanoseconds sum{0};
  for (const Demand& demand : demands) {
    if (time >= demand.deadline) {
      const std::int64_t jobs = (time - demand.deadline) / demand.period + 1;
      sum = add(sum, times(jobs, demand.cost));
    }
  }
  return sum;
}

DemandVerdict demand_test(const std::vector<Demand>& demands) {
  if (demands.empty()) {
    return DemandVerdict::Holds;
  }
  if (utilisation(demands) > 1.0 + kUtilisationRounding) {
    return DemandVerdict::Fails;
  }
  const auto implicit = [](const Demand& one) { return one.deadline == one.period; };
  if (std::all_of(demands.begin(), demands.end(), implicit)) {
    return DemandVerdict::Holds;
  }
  bool found = false;
  const Nanoseconds length = busy_period(demands, found);
  if (!found) {
    return DemandVerdict::Unknown;
  }
  const Nanoseconds shortest =
      std::min_element(demands.begin(), demands.end(), [](const Demand& a, const Demand& b) {
        return a.deadline < b.deadline;
      })->deadline;
  // QPA: from the last deadline downwards; where the demand leaves room, all points between it and
  // the present one are in order as well and are jumped over.
  Nanoseconds time = deadline_before(demands, add(length, Nanoseconds{1}));
  for (int step = 0; step < kPointsMax; ++step) {
    const Nanoseconds wanted = demand_within(demands, time);
    if (wanted > time) {
      return DemandVerdict::Fails;
    }
    if (wanted <= shortest) {
      return DemandVerdict::Holds;
    }
    time = wanted < time ? wanted : deadline_before(demands, time);
  }
  return DemandVerdict::Unknown;
}

bool global_deadline_test(const std::vector<Demand>& demands, std::size_t cores) {
  if (demands.empty()) {
    return true;
  }
  double largest = 0.0;
  for (const Demand& demand : demands) {
    largest = std::max(largest, share(demand));
  }
  const auto count = static_cast<double>(cores);
  return cores > 0 &&
         utilisation(demands) <= count - (count - 1.0) * largest + kUtilisationRounding;
}

}  // namespace isotherm::diagnose
