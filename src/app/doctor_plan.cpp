#include "app/doctor_plan.hpp"

#include <algorithm>

#include "app/words.hpp"

namespace isotherm::app {
namespace {

using diagnose::Finding;
using diagnose::Findings;

Finding of_prerequisite(const char* group, const char* check, const Prerequisite& prerequisite) {
  const std::string place = prerequisite.where.empty() ? "" : prerequisite.where + ": ";
  const bool missing = prerequisite.severity == Prerequisite::Severity::Missing;
  return {group,
          check,
          missing ? diagnose::Severity::Failure : diagnose::Severity::Warning,
          place + prerequisite.what,
          missing ? "with realtime = \"required\" the station does not start"
                  : "slots may be late or missed",
          prerequisite.mend};
}

std::string trial_words(const os::RealtimeTrial& trial) {
  std::string words = "granted when tried: ";
  words += core::policy_word(trial.policy);
  return trial.priority > 0 ? words + " at priority " + std::to_string(trial.priority) : words;
}

std::string limit_words(std::uint64_t limit, std::uint64_t unit) {
  return limit == os::kNoLimit ? "unlimited" : std::to_string(limit / unit);
}

// What this very process has.
Finding held_rights(const os::Privileges& rights) {
  std::string seen = std::string{"CAP_SYS_NICE "} + (rights.cap_sys_nice ? "yes" : "no") +
                     ", CAP_IPC_LOCK " + (rights.cap_ipc_lock ? "yes" : "no") + ", RLIMIT_RTPRIO " +
                     limit_words(rights.rlimit_rtprio, 1) + ", RLIMIT_MEMLOCK " +
                     limit_words(rights.rlimit_memlock, 1024) +
                     (rights.rlimit_memlock == os::kNoLimit ? "" : " KiB") +
                     (rights.user_namespace ? ", in a user namespace, where capabilities do not "
                                              "count"
                                            : "");
  return {"rights", "held", diagnose::Severity::Pass, std::move(seen)};
}

// How others get them: a pass, because nothing is wrong with this process.
void add_ways(const RealtimeFindings& realtime, const std::string& program, const std::string& user,
              Findings& findings) {
  int priority = 0;
  for (const os::RealtimeTrial& trial : realtime.trials) {
    priority = std::max(priority, trial.priority);
  }
  const std::string rtprio = std::to_string(std::max(priority, 1));
  const std::string kibibytes = std::to_string((realtime.lock_bytes + 1023) / 1024);
  findings.push_back({"rights", "service", diagnose::Severity::Pass,
                      "a unit of systemd gives them with AmbientCapabilities=CAP_SYS_NICE "
                      "CAP_IPC_LOCK, or LimitRTPRIO=" +
                          rtprio + " and LimitMEMLOCK=" + kibibytes + "K"});
  findings.push_back({"rights", "shell", diagnose::Severity::Pass,
                      "a shell has them after `sudo setcap cap_sys_nice,cap_ipc_lock+ep " +
                          program + "`, or with \"" + user + " - rtprio " + rtprio + "\" and \"" +
                          user + " - memlock " + kibibytes +
                          "\" in /etc/security/limits.d/isotherm.conf and a new login"});
}

}  // namespace

diagnose::DoctorPlan doctor_plan(const StationPlan& plan, const std::vector<CoreLoad>& loads,
                                 const core::CpuSet& more_cores) {
  diagnose::DoctorPlan doctor;
  doctor.more_cores = more_cores;
  doctor.housekeeping = plan.housekeeping;
  for (const PlannedReader& reader : plan.readers) {
    doctor.readers.push_back({.name = reader.settings.name,
                              .cores = reader.cores,
                              .policy = reader.settings.policy,
                              .priority = reader.priority,
                              .period = reader.settings.period,
                              .spin = reader.settings.spin});
  }
  for (const CoreLoad& load : loads) {
    doctor.realtime_share = std::max(doctor.realtime_share, load.realtime_share);
  }
  return doctor;
}

Findings rights_findings(const RealtimeFindings& realtime, const std::string& program,
                         const std::string& user) {
  Findings findings;
  for (const Prerequisite& prerequisite : realtime.prerequisites) {
    if (prerequisite.topic == Topic::Scheduling) {
      findings.push_back(of_prerequisite("rights", "scheduling", prerequisite));
    } else if (prerequisite.topic == Topic::Memory) {
      findings.push_back(of_prerequisite("rights", "memory", prerequisite));
    }
  }
  for (const os::RealtimeTrial& trial : realtime.trials) {
    if (trial.granted()) {
      findings.push_back({"rights", "scheduling", diagnose::Severity::Pass, trial_words(trial)});
    }
  }
  if (realtime.may_lock_memory) {
    findings.push_back({"rights", "memory", diagnose::Severity::Pass,
                        "may lock the " + size_words(realtime.lock_bytes) +
                            " of address space that the plan needs"});
  }
  findings.push_back(held_rights(realtime.privileges));
  add_ways(realtime, program.empty() ? "/path/to/isotherm" : program,
           user.empty() ? "youruser" : user, findings);
  return findings;
}

Findings plan_findings(const RealtimeFindings& realtime, const std::vector<Problem>& absent,
                       const std::vector<Problem>& infeasible) {
  Findings findings;
  for (const Problem& problem : absent) {
    findings.push_back({"plan", "sensor", diagnose::Severity::Failure,
                        (problem.where.empty() ? "" : problem.where + ": ") + problem.what,
                        "the station does not start without it", problem.mend});
  }
  for (const Problem& problem : infeasible) {
    findings.push_back({"plan", "feasibility", diagnose::Severity::Failure,
                        (problem.where.empty() ? "" : problem.where + ": ") + problem.what,
                        "the station refuses to start with it", problem.mend});
  }
  for (const Prerequisite& prerequisite : realtime.prerequisites) {
    // Isolation has its findings in the group of each core.
    if (prerequisite.topic == Topic::Plan) {
      findings.push_back(of_prerequisite("plan", "prerequisite", prerequisite));
    }
  }
  for (const CoreLoad& load : realtime.loads) {
    if (load.share <= 1.0) {  // more than all of it is a prerequisite above
      findings.push_back({"plan", "load", diagnose::Severity::Pass,
                          "core " + std::to_string(load.core) + ": " + percent_words(load.share) +
                              " of it, as the sensors declare"});
    }
  }
  return findings;
}

Findings board_findings(const std::vector<BoardDifference>& differences, const std::string& board) {
  Findings findings;
  bool warned = false;
  for (const BoardDifference& one : differences) {
    const bool warning = one.weight == BoardDifference::Weight::Warning;
    warned = warned || warning;
    findings.push_back({"board", warning ? "boot" : "note",
                        warning ? diagnose::Severity::Warning : diagnose::Severity::Pass, one.what,
                        warning ? "a reader on this board will notice it" : "", one.mend});
  }
  if (!warned) {
    findings.push_back(
        {"board", "boot", diagnose::Severity::Pass, "booted as " + board + "'s board.toml has it"});
  }
  return findings;
}

}  // namespace isotherm::app
