#include "app/realtime_setup.hpp"

#include <algorithm>
#include <utility>

#include "app/board_lookup.hpp"
#include "os/privileges.hpp"
#include "os/process.hpp"
#include "os/process_memory.hpp"
#include "os/this_thread.hpp"

namespace isotherm::app {
namespace {

// Helper threads, their stacks, queues and buffers: what the process will grow by besides the plan.
constexpr std::uint64_t kHousekeepingBytes = std::uint64_t{8} << 20U;

PreflightPlan preflight_plan(const StationPlan& plan, const StationSensors& sensors,
                             std::vector<Problem> placement_problems) {
  PreflightPlan wanted;
  wanted.isolation = plan.configuration.station.isolation;
  wanted.housekeeping = plan.housekeeping;
  wanted.lock_bytes = os::memory_use().address_space_bytes + plan.memory_bytes +
                      plan.configuration.log.buffer + kHousekeepingBytes;
  wanted.placement_problems = std::move(placement_problems);
  for (std::size_t i = 0; i < plan.readers.size(); ++i) {
    const PlannedReader& reader = plan.readers[i];
    wanted.readers.push_back({.name = reader.settings.name,
                              .where = reader.settings.where,
                              .policy = reader.settings.policy,
                              .priority = reader.priority,
                              .cores = reader.cores,
                              .period = reader.settings.period,
                              .spin = reader.settings.spin,
                              .worst_case = declared_load(sensors[i]),
                              .runtime = reader.runtime});
  }
  return wanted;
}

bool refused(const std::vector<os::RealtimeTrial>& trials, core::SchedulingPolicy policy) {
  return std::any_of(trials.begin(), trials.end(), [policy](const os::RealtimeTrial& trial) {
    return trial.policy == policy && !trial.granted();
  });
}

}  // namespace

RealtimeFindings inspect_realtime(const StationPlan& plan, const StationSensors& sensors,
                                  const os::Topology& topology, const core::FileTree& files,
                                  std::vector<Problem> placement_problems) {
  const PreflightPlan wanted = preflight_plan(plan, sensors, std::move(placement_problems));
  PreflightFacts facts;
  facts.topology = topology;
  facts.privileges = os::read_privileges(files);
  facts.program = os::executable_path();
  facts.user = os::login_name();
  facts.machine_model = machine_model(files);
  for (const os::RealtimeTrial& trial : wanted_trials(wanted)) {
    facts.trials.push_back(os::try_realtime(trial.policy, trial.priority));
  }
  return {.prerequisites = preflight(facts, wanted),
          .trials = facts.trials,
          .loads = core_loads(wanted.readers),
          .may_lock_memory = facts.privileges.may_lock(wanted.lock_bytes),
          .lock_bytes = wanted.lock_bytes,
          .privileges = facts.privileges,
          .deadline_readers_fit = deadline_readers_fit(facts, wanted)};
}

void settle_for_less(StationPlan& plan, const RealtimeFindings& findings,
                     const os::Topology& topology) {
  for (PlannedReader& reader : plan.readers) {
    // The kernel grants SCHED_DEADLINE only with all cores (sched_setattr(2)), and to all readers
    // only where their sum passes: better none of them than whichever happens to come first.
    const bool lost_deadline = reader.settings.policy == core::SchedulingPolicy::Deadline &&
                               (reader.cores != topology.online || !findings.deadline_readers_fit);
    if (lost_deadline || refused(findings.trials, reader.settings.policy)) {
      reader.settings.policy = core::SchedulingPolicy::Other;
      reader.priority = 0;
    }
    reader.cores = reader.cores.intersection(topology.usable());
    if (reader.cores.empty()) {
      reader.cores = topology.usable();
    }
  }
}

std::optional<std::string> enter_realtime(const StationPlan& plan, bool may_lock_memory) {
  os::pin_this_thread(plan.housekeeping);
  // A limit that holds what there is now but not the rings would let mlockall(2) succeed and every
  // later allocation fail.
  if (!may_lock_memory) {
    return std::nullopt;
  }
  if (const auto failure = os::lock_memory()) {
    return failure->problem + "; " + failure->mend;
  }
  return std::nullopt;
}

std::string prerequisite_text(const Prerequisite& prerequisite) {
  const std::string place = prerequisite.where.empty() ? "" : prerequisite.where + ": ";
  return place + prerequisite.what + "; " + prerequisite.mend;
}

}  // namespace isotherm::app
