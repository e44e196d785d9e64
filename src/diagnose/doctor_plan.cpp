#include "diagnose/doctor_plan.hpp"

#include <algorithm>

namespace isotherm::diagnose {
namespace {

bool owns_its_cores(const DoctorReader& reader) {
  return reader.policy != core::SchedulingPolicy::Deadline;
}

bool is_on(const DoctorReader& reader, unsigned core) {
  return owns_its_cores(reader) && reader.cores.contains(core);
}

}  // namespace

core::CpuSet DoctorPlan::cores() const {
  core::CpuSet all = more_cores;
  for (const DoctorReader& reader : readers) {
    if (owns_its_cores(reader)) {
      all = all.joined(reader.cores);
    }
  }
  return all;
}

std::string DoctorPlan::names_on(unsigned core) const {
  std::string names;
  for (const DoctorReader& reader : readers) {
    if (is_on(reader, core)) {
      names += (names.empty() ? "" : ", ") + reader.name;
    }
  }
  return names;
}

int DoctorPlan::lowest_priority_on(unsigned core) const {
  int lowest = 0;
  for (const DoctorReader& reader : readers) {
    if (is_on(reader, core) && core::has_priority(reader.policy)) {
      lowest = lowest == 0 ? reader.priority : std::min(lowest, reader.priority);
    }
  }
  return lowest;
}

core::Nanoseconds DoctorPlan::shortest_period_on(unsigned core) const {
  core::Nanoseconds shortest{0};
  const auto take = [&shortest](const DoctorReader& reader) {
    shortest = shortest.count() == 0 ? reader.period : std::min(shortest, reader.period);
  };
  for (const DoctorReader& reader : readers) {
    if (is_on(reader, core)) {
      take(reader);
    }
  }
  if (shortest.count() == 0) {
    std::for_each(readers.begin(), readers.end(), take);
  }
  return shortest;
}

core::CpuSet DoctorPlan::elsewhere(const core::CpuSet& online) const {
  const core::CpuSet rest = online.without(cores());
  const core::CpuSet chosen = rest.intersection(housekeeping);
  return chosen.empty() ? rest : chosen;
}

}  // namespace isotherm::diagnose
