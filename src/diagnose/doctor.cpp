#include "diagnose/doctor.hpp"

#include <algorithm>

#include "diagnose/boot_line.hpp"
#include "diagnose/core_checks.hpp"
#include "diagnose/core_facts.hpp"
#include "diagnose/kernel_checks.hpp"
#include "diagnose/kernel_facts.hpp"
#include "diagnose/system_checks.hpp"
#include "diagnose/system_facts.hpp"

namespace isotherm::diagnose {
namespace {

// One for each core that can be tried, with the policy of its reader; SCHED_FIFO where a core is
// only looked at.
std::vector<os::WakeUpSpec> wanted_trials(const core::CpuSet& cores, const DoctorPlan& plan) {
  constexpr int kPlain = 80;  // what a reader has by default
  std::vector<os::WakeUpSpec> trials;
  for (const unsigned core : cores.cores()) {
    os::WakeUpSpec trial{.core = core, .policy = core::SchedulingPolicy::Fifo, .priority = kPlain};
    for (const DoctorReader& reader : plan.readers) {
      if (reader.cores.contains(core) && reader.policy != core::SchedulingPolicy::Deadline) {
        trial.policy = reader.policy;
        trial.priority = reader.priority;
        break;
      }
    }
    trials.push_back(trial);
  }
  return trials;
}

CoreContext context_of(unsigned core, const os::Topology& topology, const KernelFacts& kernel,
                       const std::string& model, const DoctorPlan& plan) {
  CoreContext context;
  context.readers = plan.names_on(core);
  context.lowest_priority = plan.lowest_priority_on(core);
  context.period = plan.shortest_period_on(core);
  context.elsewhere = plan.elsewhere(topology.online);
  context.isolation_mend =
      isolation_mend(topology, model, plan.housekeeping, plan.cores().joined(topology.isolated));
  context.boot_place = boot_line_place(model);
  context.by_station = plan.partition.contains(core);
  context.watched = kWatch;
  context.knows_nohz_full = kernel.knows_nohz_full;
  return context;
}

}  // namespace

Findings examine(const core::FileTree& files, Trials& trials, const os::Topology& topology,
                 const std::string& model, const DoctorPlan& plan) {
  const KernelFacts kernel = read_kernel_facts(files, trials.timer_resolution());
  const core::CpuSet cores = plan.cores();
  CoreSources sources{.files = files,
                      .topology = topology,
                      .kernel = kernel,
                      .interrupts_before = {},
                      .interrupts_after = {},
                      .routes = {},
                      .threads = read_threads(files)};
  const auto interrupts = [&files] {
    return parse_interrupts(files.text("/proc/interrupts").value_or(""));
  };
  sources.interrupts_before = interrupts();
  trials.watch(kWatch);
  sources.interrupts_after = interrupts();
  look_again(files, cores, sources.threads);
  sources.routes = read_routes(files, sources.interrupts_after);
  // Only now, because their own timers would be counted.
  const std::vector<os::WakeUpSpec> tried =
      wanted_trials(cores.intersection(topology.usable()), plan);
  const std::vector<os::WakeUps> woken = trials.wake_up(tried);

  Findings findings = kernel_findings(kernel, boot_line_place(model));
  for (const unsigned core : cores.cores()) {
    CoreFacts facts = read_core_facts(core, sources);
    for (std::size_t i = 0; i < tried.size(); ++i) {
      if (tried[i].core == core) {
        facts.tried = tried[i];
        facts.wake_ups = woken.at(i);
      }
    }
    append(findings, core_findings(facts, context_of(core, topology, kernel, model, plan)));
  }
  for (const DoctorReader& reader : plan.readers) {
    if (reader.policy == core::SchedulingPolicy::Deadline) {
      findings.push_back({"system", "deadline-reader", Severity::Pass,
                          reader.name + ": SCHED_DEADLINE puts it on any of the cores " +
                              reader.cores.text() +
                              ", none of which is its own; `--core` has cores looked at"});
    }
  }
  append(findings, system_findings(read_system_facts(files, sources.threads), topology, plan));
  return findings;
}

}  // namespace isotherm::diagnose
