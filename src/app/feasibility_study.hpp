// The plan of a station held against what its reads cost: what goes into the analysis, by whom it
// is known, and what comes out of it, for `isotherm check`, for the start of `isotherm run` and for
// its summary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/measure_sensors.hpp"
#include "app/plan.hpp"
#include "app/prepare.hpp"
#include "core/attribute.hpp"
#include "diagnose/feasibility.hpp"
#include "diagnose/sensor_bus.hpp"
#include "os/privileges.hpp"
#include "os/topology.hpp"

namespace isotherm::app {

// Where the costs come from.
enum class CostBasis : std::uint8_t {
  Certain,   // what every read takes at the least: who fails by this fails for certain
  Declared,  // what the drivers declare as their worst: time-outs mostly, far above what is usual
  Measured,  // the worst of some hundred reads, and the bus by formula
};

struct SensorStudy {
  std::optional<SensorMeasurement> measured;
  std::optional<diagnose::SensorBus> bus;
  core::Nanoseconds bus_added{0};  // by formula, to what was measured
};

struct Study {
  CostBasis basis = CostBasis::Certain;
  std::vector<diagnose::ReaderDemand> readers;
  std::vector<std::vector<SensorStudy>> sensors;  // by reader; empty but with Measured
  std::vector<std::string> measured_as;           // by reader: "fifo 80 on core 3"
  std::vector<std::string> where;                 // by reader: "file:line"
  diagnose::KernelLimits limits;
  std::string realtime_source;  // what sets limits.realtime_share; "" where nothing does
  core::CpuSet free_cores;      // usable ones that are not housekeeping's: where readers may go
  diagnose::Feasibility result;
};

// The cost of a sensor, from what was measured: its worst read, and the transfer on its bus where
// the worst read was quicker than any transfer can be, so that each must have been served from a
// driver's cache. Sets `study.bus_added`.
[[nodiscard]] core::Nanoseconds measured_cost(SensorStudy& study);

// Costs nothing where even the declared worst cases fit into the periods, as then the certain ones
// do, too: then the study is empty.
[[nodiscard]] Study study_certain(const StationPlan& plan, const StationSensors& sensors,
                                  const core::FileTree& files);

// With what the drivers declare: only for the comparison after a run.
[[nodiscard]] Study study_declared(const StationPlan& plan, const StationSensors& sensors);

[[nodiscard]] Study study_measured(const StationPlan& plan,
                                   const std::vector<ReaderMeasurement>& measured,
                                   const core::FileTree& files, const os::Topology& topology);

// What the kernel lets real-time threads have.
[[nodiscard]] diagnose::KernelLimits kernel_limits(const os::Privileges& kernel, std::size_t cores);

}  // namespace isotherm::app
