#include "app/feasibility_study.hpp"

#include <algorithm>
#include <utility>

#include "app/realtime_allowance.hpp"
#include "sensor/device_lookup.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using diagnose::ReaderDemand;
using diagnose::SensorCost;

ReaderDemand demand_of(const PlannedReader& reader) {
  return {.name = reader.settings.name,
          .policy = reader.settings.policy,
          .priority = reader.priority,
          .cores = reader.cores,
          .period = reader.settings.period,
          .spin = reader.settings.spin,
          .jitter = Nanoseconds{0},
          .runtime = reader.runtime,
          .runtime_by_period = reader.settings.runtime == Nanoseconds{0},
          .sensors = {}};
}

Study empty_study(const StationPlan& plan, CostBasis basis) {
  Study study;
  study.basis = basis;
  for (const PlannedReader& reader : plan.readers) {
    study.readers.push_back(demand_of(reader));
    study.where.push_back(reader.settings.where);
  }
  return study;
}

std::optional<diagnose::SensorBus> bus_of(const sensor::SensorSettings& settings,
                                          const core::FileTree& files) {
  const auto path = sensor::device_path(settings, files);
  return path ? diagnose::bus_of_device(*path, files) : std::nullopt;
}

// Whether a read waits for the transfer: a 1-Wire thermometer's helper does that for it.
bool reads_on_bus(const std::optional<diagnose::SensorBus>& bus) {
  return bus && bus->kind != diagnose::BusKind::W1;
}

}  // namespace

Nanoseconds measured_cost(SensorStudy& study) {
  const Nanoseconds worst = study.measured ? study.measured->worst : Nanoseconds{0};
  const bool unseen = reads_on_bus(study.bus) && worst < study.bus->transfer;
  study.bus_added = unseen ? study.bus->transfer : Nanoseconds{0};
  return worst + study.bus_added;
}

Study study_certain(const StationPlan& plan, const StationSensors& sensors,
                    const core::FileTree& files) {
  Study study = empty_study(plan, CostBasis::Certain);
  bool any = false;
  for (std::size_t i = 0; i < plan.readers.size(); ++i) {
    const PlannedReader& reader = plan.readers[i];
    if (declared_load(sensors[i]) <= reader.settings.period) {
      continue;
    }
    any = true;
    for (std::size_t k = 0; k < reader.sensors.size(); ++k) {
      Nanoseconds least = sensors[i][k]->declared_best_case();
      const auto bus = bus_of(reader.sensors[k], files);
      if (reads_on_bus(bus) && bus->clock_stated) {
        least = std::max(least, bus->transfer);
      }
      study.readers[i].sensors.push_back(
          {.name = reader.sensors[k].name, .worst = least, .cpu = Nanoseconds{0}, .bus = ""});
    }
  }
  if (!any) {
    return {};
  }
  study.result = diagnose::analyse(study.readers, study.limits);
  return study;
}

Study study_declared(const StationPlan& plan, const StationSensors& sensors) {
  Study study = empty_study(plan, CostBasis::Declared);
  for (std::size_t i = 0; i < plan.readers.size(); ++i) {
    for (std::size_t k = 0; k < plan.readers[i].sensors.size(); ++k) {
      study.readers[i].sensors.push_back({.name = plan.readers[i].sensors[k].name,
                                          .worst = sensors[i][k]->declared_worst_case(),
                                          .cpu = Nanoseconds{0},
                                          .bus = ""});
    }
  }
  return study;
}

Study study_measured(const StationPlan& plan, const std::vector<ReaderMeasurement>& measured,
                     const core::FileTree& files, const os::Topology& topology) {
  Study study = empty_study(plan, CostBasis::Measured);
  const os::Privileges kernel = os::read_privileges(files);
  study.limits = kernel_limits(kernel, topology.online.size());
  study.realtime_source = realtime_allowance(kernel).source;
  study.free_cores = topology.usable().without(plan.housekeeping);
  for (std::size_t i = 0; i < plan.readers.size(); ++i) {
    study.measured_as.push_back(measured[i].policy);
    study.readers[i].jitter = measured[i].wake_worst;
    study.sensors.emplace_back();
    for (std::size_t k = 0; k < plan.readers[i].sensors.size(); ++k) {
      SensorStudy one{.measured = measured[i].sensors[k],
                      .bus = bus_of(plan.readers[i].sensors[k], files),
                      .bus_added = Nanoseconds{0}};
      study.readers[i].sensors.push_back({.name = plan.readers[i].sensors[k].name,
                                          .worst = measured_cost(one),
                                          .cpu = one.measured->cpu_worst,
                                          .bus = reads_on_bus(one.bus) ? one.bus->name : ""});
      study.sensors[i].push_back(std::move(one));
    }
  }
  study.result = diagnose::analyse(study.readers, study.limits);
  return study;
}

diagnose::KernelLimits kernel_limits(const os::Privileges& kernel, std::size_t cores) {
  diagnose::KernelLimits limits;
  limits.realtime_share = realtime_allowance(kernel).share;
  if (kernel.rt_runtime_us >= 0 && kernel.rt_period_us > 0) {
    limits.deadline_cores = static_cast<double>(kernel.rt_runtime_us) /
                            static_cast<double>(kernel.rt_period_us) * static_cast<double>(cores);
  }
  return limits;
}

}  // namespace isotherm::app
