// What is known about a plan before its first sample: whether it can hold its rates.
#pragma once

#include <string>
#include <vector>

#include "app/feasibility_study.hpp"
#include "os/cpuset_partition.hpp"

namespace isotherm::app {

struct Foresight {
  // By measurement where one was made, else by what the drivers declare; what a run is compared
  // with.
  Study study;
  std::vector<Problem> infeasible;  // exit 69, unless it is forced

  [[nodiscard]] std::vector<std::string> texts() const;  // of them
};

// The plan that is to be judged, and what the kernel grants this process of it, by which the
// sensors are measured: without rights a plan can be judged all the same.
struct ForesightPlans {
  const StationPlan& judged;
  const StationPlan& granted;
};

struct ForesightWishes {
  bool measure = false;
  bool always = false;                       // even a plan that fails for certain
  os::CpusetPartition* partition = nullptr;  // of the readers, if they have one by now
};

// Judges by what is certain without a measurement, then by measurement if that is wished. The
// sensors that were measured have been read: a station is to be given new ones. Throws SetupError.
[[nodiscard]] Foresight foresee(const ForesightPlans& plans, const StationSensors& sensors,
                                const ForesightWishes& wishes, const core::FileTree& files,
                                const os::Topology& topology, const core::Clock& clock);

}  // namespace isotherm::app
