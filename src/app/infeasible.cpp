// The sentences about a reader that cannot hold its rate: what, with the numbers, and how to mend
// it.
#include <utility>

#include "app/feasibility_report.hpp"
#include "app/words.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using diagnose::ReaderDemand;
using diagnose::ReaderFeasibility;
using diagnose::Reason;

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

std::string costliest_words(const ReaderDemand& reader) {
  const auto most = reader.costliest();
  if (!most) {
    return "";
  }
  const diagnose::SensorCost& sensor = reader.sensors[*most];
  return quoted(sensor.name) + " takes " + duration_words(sensor.worst) + " of it";
}

// "C = 2.05 ms, "slow" takes 2.00 ms of it; before it may run "fast" (C = 0.5 ms each 1 ms)".
std::string parts_words(const Study& study, std::size_t which) {
  const ReaderDemand& reader = study.readers[which];
  const ReaderFeasibility& result = study.result.readers[which];
  std::string text = "C = " + duration_words(reader.reads()) + ", " + costliest_words(reader);
  if (reader.jitter > Nanoseconds{0}) {
    text += ", woken up to J = " + duration_words(reader.jitter) + " late";
  }
  if (result.blocking > Nanoseconds{0}) {
    text += ", waits up to B = " + duration_words(result.blocking) + " for its bus";
  }
  std::string others;
  for (const std::size_t other : result.others) {
    const ReaderDemand& one = study.readers[other];
    others += (others.empty() ? "" : ", ") + quoted(one.name) +
              " (C = " + duration_words(one.cost()) + " each T = " + duration_words(one.period) +
              ")";
  }
  return others.empty() ? text : text + "; before it may run " + others;
}

std::string throttle_words(const Study& study, const ReaderDemand& reader) {
  for (const diagnose::CoreFeasibility& core : study.result.cores) {
    if (core.throttled && reader.cores.contains(core.core)) {
      return "the real-time threads of core " + std::to_string(core.core) + " compute " +
             percent_words(core.realtime_cpu) + " of its time, and the kernel stops them at " +
             percent_words(study.limits.realtime_share) + " (" + study.realtime_source + ")";
    }
  }
  return "";
}

std::string why(const Study& study, std::size_t which) {
  const ReaderDemand& reader = study.readers[which];
  const ReaderFeasibility& result = study.result.readers[which];
  const std::string period = "its period is T = " + duration_words(reader.period);
  switch (result.reason) {
    case Reason::SlotTooLong:
      return std::string{"the reads of a slot take "} +
             (study.basis == CostBasis::Certain ? "at least " : "up to ") +
             "C = " + duration_words(reader.reads()) + " (" + costliest_words(reader) + "), and " +
             period;
    case Reason::ResponseLate:
      return "its worst response is R = " + duration_words(*result.response) + ", and " + period +
             ": " + parts_words(study, which);
    case Reason::NoBound:
      return "those that go before it leave it no time, so its response has no bound, and " +
             period + ": " + parts_words(study, which);
    case Reason::Throttled:
      return throttle_words(study, reader);
    case Reason::RuntimeShort:
      return "its slot takes " + duration_words(reader.cost()) +
             ", of which it computes more than its runtime of " + duration_words(reader.runtime) +
             ", and the kernel then keeps it waiting for its next period";
    case Reason::NotAdmitted:
      return "the SCHED_DEADLINE readers ask for " +
             percent_words(study.result.deadline_utilisation) +
             " of a core together, and the kernel gives away " +
             percent_words(study.limits.deadline_cores.value_or(0.0)) +
             " (kernel.sched_rt_runtime_us)";
    default:
      return "";
  }
}

std::string mend(const Study& study, std::size_t which) {
  const ReaderDemand& reader = study.readers[which];
  const Reason reason = study.result.readers[which].reason;
  std::string text;
  const auto alternative = [&text](const std::string& words) {
    text += (text.empty() ? "" : ", or ") + words;
  };
  if (const auto period = diagnose::shortest_period(study.readers, which, study.limits)) {
    alternative("a rate of at most " + round_rate_words(*period));
  }
  if (reason == Reason::RuntimeShort) {
    alternative("a longer runtime");
  }
  const bool may_move =
      reason == Reason::ResponseLate || reason == Reason::NoBound || reason == Reason::Throttled;
  if (may_move) {
    if (const auto core = diagnose::better_core(study.readers, which, study.limits,
                                                study.free_cores.without(reader.cores))) {
      alternative("core = " + std::to_string(*core));
    }
  }
  if (reader.sensors.size() > 1) {
    alternative("fewer sensors");
  }
  if (text.empty()) {
    text = "fewer or slower readers on its core";
  }
  return text;
}

}  // namespace

std::vector<Problem> infeasible(const Study& study) {
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < study.result.readers.size(); ++i) {
    const ReaderFeasibility& one = study.result.readers[i];
    const bool counts = study.basis != CostBasis::Certain || one.reason == Reason::SlotTooLong;
    if (one.verdict == diagnose::Verdict::Fails && counts) {
      const ReaderDemand& reader = study.readers[i];
      problems.push_back({.exit_code = core::ExitCode::Unavailable,
                          .what = "reader " + quoted(reader.name) + " cannot hold " +
                                  rate_words(reader.period) + ": " + why(study, i),
                          .where = study.where[i],
                          .mend = mend(study, i)});
    }
  }
  return problems;
}

}  // namespace isotherm::app
