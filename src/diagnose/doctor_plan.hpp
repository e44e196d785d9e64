// What the doctor holds the machine against: the readers as they would run here. Facts only, so
// that tests can plan for machines that they do not have.
#pragma once

#include <string>
#include <vector>

#include "core/cpu_set.hpp"
#include "core/scheduling.hpp"
#include "core/time.hpp"

namespace isotherm::diagnose {

struct DoctorReader {
  std::string name;
  core::CpuSet cores;
  core::SchedulingPolicy policy = core::SchedulingPolicy::Fifo;
  int priority = 0;  // 0 for policies that have none
  core::Nanoseconds period{0};
  core::Nanoseconds spin{0};
};

struct DoctorPlan {
  std::vector<DoctorReader> readers;
  core::CpuSet more_cores;      // looked at as if a reader were there
  core::CpuSet housekeeping;    // where everything else is to go
  core::CpuSet partition;       // isolated by the station itself while it runs
  double realtime_share = 0.0;  // of the busiest core, what its real-time readers may take

  // The cores to look at. Readers under SCHED_DEADLINE run on all cores and own none of them.
  [[nodiscard]] core::CpuSet cores() const;
  // Of the readers on `core`; "" if none is there.
  [[nodiscard]] std::string names_on(unsigned core) const;
  // The lowest priority of SCHED_FIFO and SCHED_RR on `core`, 0 if there is none.
  [[nodiscard]] int lowest_priority_on(unsigned core) const;
  // Of the readers on `core`, else of all, else 0.
  [[nodiscard]] core::Nanoseconds shortest_period_on(unsigned core) const;
  // Where everything but the readers belongs, in the kernel's notation; of the cores in `online`.
  [[nodiscard]] core::CpuSet elsewhere(const core::CpuSet& online) const;
};

}  // namespace isotherm::diagnose
