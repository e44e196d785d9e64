#include "os/wake_up.hpp"

#include <time.h>

#include <memory>

#include "core/histogram.hpp"
#include "core/setup_error.hpp"
#include "os/monotonic_clock.hpp"
#include "os/realtime_thread.hpp"
#include "os/timespec.hpp"

namespace isotherm::os {
namespace {

struct Trial {
  core::Histogram lateness{};
  std::unique_ptr<RealtimeThread> thread{};
};

void sleep_to_instants(const WakeUpSpec& spec, core::Histogram& lateness) {
  const MonotonicClock clock;
  core::MonotonicTime next = clock.now() + spec.period;
  for (std::uint64_t i = 0; i < spec.count; ++i) {
    clock.sleep_until(next);
    const core::MonotonicTime woken = clock.now();
    lateness.record(woken - next);
    // Instants that have passed are not slept to: on a core that is taken for long the trial would
    // only measure the same wait again and again.
    while (next <= woken) {
      next += spec.period;
    }
  }
}

}  // namespace

std::vector<WakeUps> try_wake_ups(const std::vector<WakeUpSpec>& specs) {
  std::vector<WakeUps> results(specs.size());
  std::vector<Trial> trials(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const WakeUpSpec& spec = specs[i];
    core::Histogram& lateness = trials[i].lateness;
    ThreadSpec thread;
    thread.name = "iso-try";
    thread.policy = spec.policy;
    thread.priority = spec.priority;
    thread.cores = core::CpuSet{spec.core};
    try {
      trials[i].thread = std::make_unique<RealtimeThread>(
          thread, [&spec, &lateness] { sleep_to_instants(spec, lateness); });
    } catch (const core::SetupError& error) {
      results[i].refusal = error.problem();
    }
  }
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (!trials[i].thread) {
      continue;
    }
    trials[i].thread->join();
    results[i].count = trials[i].lateness.count();
    results[i].late_p99 = trials[i].lateness.quantile(0.99);
    results[i].late_max = trials[i].lateness.max();
  }
  return results;
}

core::Nanoseconds timer_resolution() {
  timespec step{};
  ::clock_getres(CLOCK_MONOTONIC, &step);
  return from_timespec(step);
}

}  // namespace isotherm::os
