#include "app/preflight.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/core_load.hpp"
#include "app/realtime_allowance.hpp"
#include "app/words.hpp"
#include "diagnose/boot_line.hpp"

namespace isotherm::app {
namespace {

using core::has_priority;
using core::SchedulingPolicy;

std::string_view kernel_word(SchedulingPolicy policy) {
  switch (policy) {
    case SchedulingPolicy::Fifo:
      return "SCHED_FIFO";
    case SchedulingPolicy::RoundRobin:
      return "SCHED_RR";
    case SchedulingPolicy::Deadline:
      return "SCHED_DEADLINE";
    case SchedulingPolicy::Other:
      break;
  }
  return "SCHED_OTHER";
}

std::string wish_text(const os::RealtimeTrial& wish) {
  std::string text{kernel_word(wish.policy)};
  if (has_priority(wish.policy)) {
    text += " at priority " + std::to_string(wish.priority);
  }
  return text;
}

// setcap replaces a file's capabilities, so each finding names both: who follows two findings one
// after the other must not undo the first.
std::string setcap_line(const PreflightFacts& facts) {
  return "sudo setcap cap_sys_nice,cap_ipc_lock+ep " +
         (facts.program.empty() ? "/path/to/isotherm" : facts.program);
}

std::string user_of(const PreflightFacts& facts) {
  return facts.user.empty() ? "youruser" : facts.user;
}

// In a rootless container capabilities do not help, only limits raised from outside.
std::string rights_fix(const PreflightFacts& facts, const std::string& limit_line,
                       const std::string& unit_line, const std::string& container_option) {
  const std::string limits = "\"" + user_of(facts) + " " + limit_line +
                             "\" in /etc/security/limits.d/isotherm.conf and a new login";
  const std::string unit = "in a systemd unit, which limits.d does not reach, " + unit_line;
  if (facts.privileges.user_namespace) {
    return "capabilities do not count in this user namespace: raise the limit outside the "
           "container "
           "(" +
           limits + "; " + unit + ") and start it with " + container_option;
  }
  return setcap_line(facts) + "  (again after each build); or " + limits + "; or, " + unit;
}

Prerequisite missing_rights(const PreflightFacts& facts, const os::RealtimeTrial& wish) {
  Prerequisite finding;
  finding.topic = Topic::Scheduling;
  if (!has_priority(wish.policy)) {
    finding.what =
        "no right to " + wish_text(wish) + ": CAP_SYS_NICE is missing, and no limit replaces it";
    finding.mend = facts.privileges.user_namespace
                       ? "run outside the user namespace (not in a rootless container)"
                       : setcap_line(facts) +
                             "  (again after each build); or, in a systemd unit, "
                             "AmbientCapabilities=CAP_SYS_NICE CAP_IPC_LOCK";
    return finding;
  }
  const std::string priority = std::to_string(wish.priority);
  finding.what = "no right to " + wish_text(wish) + ": CAP_SYS_NICE is missing" +
                 (facts.privileges.cap_sys_nice ? " in the initial user namespace" : "") +
                 ", and RLIMIT_RTPRIO is " + std::to_string(facts.privileges.rlimit_rtprio);
  finding.mend = rights_fix(facts, "- rtprio " + priority, "LimitRTPRIO=" + priority,
                            "--ulimit rtprio=" + priority);
  return finding;
}

Prerequisite missing_budget(const PreflightFacts& facts, const os::RealtimeTrial& wish) {
  Prerequisite finding;
  finding.topic = Topic::Scheduling;
  const std::string& file = facts.privileges.rt_budget_file;
  finding.what = "the kernel has CONFIG_RT_GROUP_SCHED and this cgroup has no real-time budget" +
                 (file.empty() ? "" : " (" + file + " is 0)") + ", so " + wish_text(wish) +
                 " is refused whatever the rights";
  const std::string everywhere =
      "`sudo sysctl -w kernel.sched_rt_runtime_us=-1` (lifts the limit on real-time threads for "
      "the "
      "whole machine), or boot with rt_group_sched=0 (Linux 6.16 and later)";
  finding.mend = file.empty()
                     ? everywhere
                     : "`echo 100000 | sudo tee " + file +
                           "`, after the same in each cgroup above it that has 0; or " + everywhere;
  return finding;
}

Prerequisite refused(const os::RealtimeTrial& trial) {
  Prerequisite finding;
  finding.topic = Topic::Scheduling;
  finding.what = "the kernel refuses " + wish_text(trial) + ": " +
                 std::generic_category().message(trial.error);
  if (trial.policy == SchedulingPolicy::Deadline && trial.error == EBUSY) {
    finding.mend = "less runtime a period; other SCHED_DEADLINE threads hold the rest";
  } else if (trial.error == EPERM && trial.policy == SchedulingPolicy::Deadline) {
    finding.mend =
        "policy = \"fifo\"; SCHED_DEADLINE needs every core of the root domain, so neither "
        "isolated "
        "cores nor a cpuset may take one away";
  } else if (trial.error == EPERM) {
    finding.mend =
        "look for a seccomp filter (RestrictRealtime= of a systemd unit, a container's "
        "profile)";
  } else {
    finding.mend = "a kernel and a container that support it, or realtime = \"best-effort\"";
  }
  return finding;
}

// The trial is the proof; the facts say why it failed. Where nothing was tried, the facts decide.
void check_scheduling(const PreflightFacts& facts, const os::RealtimeTrial& wish,
                      std::vector<Prerequisite>& findings) {
  const os::Privileges& rights = facts.privileges;
  const auto trial =
      std::find_if(facts.trials.begin(), facts.trials.end(), [&](const os::RealtimeTrial& tried) {
        return tried.policy == wish.policy && tried.priority == wish.priority;
      });
  const bool tried = trial != facts.trials.end();
  if (tried && trial->granted()) {
    return;
  }
  const bool has_rights = has_priority(wish.policy) ? rights.may_use_priority(wish.priority)
                                                    : rights.may_use_any_priority();
  // Known before anything is tried, and as true without the rights: both are to be mended.
  const bool zero_budget =
      has_priority(wish.policy) && rights.rt_budget_us == 0 && rights.rt_runtime_us >= 0;
  if (!has_rights) {
    findings.push_back(missing_rights(facts, wish));
  }
  if (zero_budget || (tried && os::rt_group_sched_blocks(rights, *trial) && !rights.rt_budget_us)) {
    findings.push_back(missing_budget(facts, wish));
  } else if (tried && has_rights) {
    findings.push_back(refused(*trial));
  }
}

std::string mebibytes_rounded_up(std::uint64_t bytes) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
  return std::to_string((bytes + kMebibyte - 1) / kMebibyte) + " MiB";
}

void check_memory(const PreflightFacts& facts, const PreflightPlan& plan,
                  std::vector<Prerequisite>& findings) {
  if (plan.lock_bytes == 0 || facts.privileges.may_lock(plan.lock_bytes)) {
    return;
  }
  const std::string kibibytes = std::to_string((plan.lock_bytes + 1023) / 1024);
  Prerequisite finding;
  finding.topic = Topic::Memory;
  finding.what = "no right to lock " + mebibytes_rounded_up(plan.lock_bytes) +
                 " of memory: CAP_IPC_LOCK is missing" +
                 (facts.privileges.cap_ipc_lock ? " in the initial user namespace" : "") +
                 ", and RLIMIT_MEMLOCK is " +
                 std::to_string(facts.privileges.rlimit_memlock / 1024) + " KiB";
  finding.mend = rights_fix(facts, "- memlock " + kibibytes, "LimitMEMLOCK=" + kibibytes + "K",
                            "--ulimit memlock=" + std::to_string(plan.lock_bytes));
  findings.push_back(std::move(finding));
}

// One finding for all readers: the kernel command line that mends it is one line, too.
void check_isolation(const PreflightFacts& facts, const PreflightPlan& plan,
                     std::vector<Prerequisite>& findings) {
  const bool required = plan.isolation == settings::Isolation::Required;
  const core::CpuSet& isolated = facts.topology.isolated;
  core::CpuSet wanted = isolated;
  std::string who;
  std::string where;
  core::CpuSet exposed;
  for (const PreflightReader& reader : plan.readers) {
    const core::CpuSet bare = reader.cores.without(isolated);
    if (bare.empty()) {
      continue;
    }
    if (reader.policy == SchedulingPolicy::Deadline) {
      if (required) {
        findings.push_back({Prerequisite::Severity::Missing,
                            "reader \"" + reader.name +
                                "\": SCHED_DEADLINE runs on all cores and cannot be kept to "
                                "isolated ones",
                            reader.where, "policy = \"fifo\", or isolation = \"preferred\""});
      }
      continue;
    }
    exposed = exposed.joined(bare);
    wanted = wanted.joined(reader.cores);
    who += (who.empty() ? "" : ", ") + reader.name;
    where = where.empty() ? reader.where : where;
  }
  if (exposed.empty()) {
    return;
  }
  const bool one = exposed.size() == 1;
  findings.push_back(
      {required ? Prerequisite::Severity::Missing : Prerequisite::Severity::Warning,
       cores_words(exposed) + (one ? " is" : " are") +
           " not isolated, so other work may delay the readers there (" + who + ")" +
           (required ? "; the station requires isolation" : ""),
       where,
       diagnose::isolation_mend(facts.topology, facts.machine_model, plan.housekeeping, wanted),
       Topic::Isolation});
}

// The kernel stops the real-time threads of a core for the rest of each sched_rt_period_us once
// they have used sched_rt_runtime_us of it, or their cgroup's budget (sched(7)); its fair server
// (os/fair_server.hpp) does so for ordinary threads only. A reader that sleeps to its slots, and in
// its reads, never gets there; one that spins may.
void check_core_load(const PreflightFacts& facts, const PreflightPlan& plan,
                     std::vector<Prerequisite>& findings) {
  constexpr double kNear = 0.8;  // of the allowed share, as reads also take longer than declared
  const RealtimeAllowance allowance = realtime_allowance(facts.privileges);
  for (const CoreLoad& load : core_loads(plan.readers)) {
    const std::string core = "core " + std::to_string(load.core);
    const std::string who = load.spins ? ": spin tails and reads may take " : ": reads may take ";
    if (load.share > 1.0) {
      findings.push_back(
          {Prerequisite::Severity::Warning,
           core + who + percent_words(load.share) +
               " of it, as the sensors declare; slots may be missed",
           "",
           "`isotherm check --measure` tells how long they really take; lower rates, "
           "or the readers on more cores"});
    } else if (load.spins && !allowance.source.empty() &&
               load.realtime_share > kNear * allowance.share) {
      findings.push_back(
          {Prerequisite::Severity::Warning,
           core + who + percent_words(load.realtime_share) +
               " of it, and the kernel stops real-time threads at " +
               percent_words(allowance.share) + " (" + allowance.source + ")",
           "", "a shorter spin" + (allowance.mend.empty() ? "" : "; or " + allowance.mend)});
    }
  }
}

// Of the cores that SCHED_DEADLINE threads share, which is all of them.
double deadline_capacity(const PreflightFacts& facts) {
  const os::Privileges& kernel = facts.privileges;
  const double share =
      static_cast<double>(kernel.rt_runtime_us) / static_cast<double>(kernel.rt_period_us);
  return share * static_cast<double>(facts.topology.online.size());
}

void check_deadline_admission(const PreflightFacts& facts, const PreflightPlan& plan,
                              std::vector<Prerequisite>& findings) {
  if (deadline_readers_fit(facts, plan)) {
    return;
  }
  const auto first = std::find_if(
      plan.readers.begin(), plan.readers.end(),
      [](const PreflightReader& reader) { return reader.policy == SchedulingPolicy::Deadline; });
  findings.push_back({Prerequisite::Severity::Missing,
                      "the SCHED_DEADLINE readers together ask for " +
                          percent_words(deadline_bandwidth(plan.readers)) +
                          " of a core (runtime / period, added up), and the kernel gives away " +
                          percent_words(deadline_capacity(facts)) + " (kernel.sched_rt_runtime_us)",
                      first->where, "a shorter runtime, or a lower rate"});
}

}  // namespace

std::vector<os::RealtimeTrial> wanted_trials(const PreflightPlan& plan) {
  std::map<SchedulingPolicy, int> highest;
  for (const PreflightReader& reader : plan.readers) {
    if (reader.policy != SchedulingPolicy::Other) {
      int& priority = highest[reader.policy];
      priority = has_priority(reader.policy) ? std::max(priority, reader.priority) : 0;
    }
  }
  std::vector<os::RealtimeTrial> trials;
  trials.reserve(highest.size());
  for (const auto& [policy, priority] : highest) {
    trials.push_back({.policy = policy, .priority = priority, .error = 0});
  }
  return trials;
}

// Kernel Documentation/scheduler/sched-deadline.rst, section 4.2: the sum of runtime / period may
// not exceed the number of cores times sched_rt_runtime_us / sched_rt_period_us; -1 takes any.
bool deadline_readers_fit(const PreflightFacts& facts, const PreflightPlan& plan) {
  const os::Privileges& kernel = facts.privileges;
  return kernel.rt_runtime_us < 0 || kernel.rt_period_us <= 0 ||
         deadline_bandwidth(plan.readers) <= deadline_capacity(facts);
}

std::vector<Prerequisite> preflight(const PreflightFacts& facts, const PreflightPlan& plan) {
  std::vector<Prerequisite> findings;
  for (const Problem& problem : plan.placement_problems) {
    if (problem.exit_code == core::ExitCode::Unavailable) {
      findings.push_back(
          {Prerequisite::Severity::Missing, problem.what, problem.where, problem.mend});
    }
  }
  for (const os::RealtimeTrial& wish : wanted_trials(plan)) {
    check_scheduling(facts, wish, findings);
  }
  check_memory(facts, plan, findings);
  check_isolation(facts, plan, findings);
  check_deadline_admission(facts, plan, findings);
  check_core_load(facts, plan, findings);
  std::stable_sort(
      findings.begin(), findings.end(),
      [](const Prerequisite& a, const Prerequisite& b) { return a.severity < b.severity; });
  return findings;
}

bool any_missing(const std::vector<Prerequisite>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Prerequisite& finding) {
    return finding.severity == Prerequisite::Severity::Missing;
  });
}

}  // namespace isotherm::app
