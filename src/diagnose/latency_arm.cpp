#include "diagnose/latency_arm.hpp"

#include <utility>

namespace isotherm::diagnose {
namespace {

using core::SchedulingPolicy;

constexpr std::string_view kHousekeepingArm = "housekeeping";

// The tail is spent spinning; in a shorter period hardly a wait would be left.
constexpr int kPeriodsOfSpin = 2;

struct Heading {
  std::string_view name;
  const char* title;
};

// One that differs from `arm` only in what is changed after this.
LatencyArm like(LatencyArm arm, const Heading& heading) {
  arm.name = heading.name;
  arm.title = heading.title;
  return arm;
}

// "housekeeping" is held against the base arm on an isolated core, which takes both kinds of core.
void place_on_housekeeping(LatencyArm& arm, const LatencyChoice& choice,
                           const LatencyMachine& machine) {
  const core::CpuSet isolated = machine.usable.intersection(machine.isolated);
  const core::CpuSet others = machine.usable.without(machine.isolated);
  if (isolated.empty()) {
    arm.obstacle =
        "no core is isolated, so there is nothing to compare: isolate one with isolcpus= on the "
        "kernel's line (`isotherm board apply` does it on a known board)";
  } else if (!isolated.contains(choice.core)) {
    arm.obstacle = "core " + std::to_string(choice.core) +
                   " is a housekeeping core itself: measure an isolated one, --core " +
                   std::to_string(isolated.cores().back());
  } else if (others.empty()) {
    arm.obstacle = "every core that this process may use is isolated: let it use others, too";
  } else {
    arm.cores = {others.cores().back()};
  }
}

}  // namespace

unsigned default_latency_core(const LatencyMachine& machine) {
  const core::CpuSet isolated = machine.usable.intersection(machine.isolated);
  return isolated.empty() ? machine.usable.cores().back() : isolated.cores().back();
}

core::CpuSet cores_beside(const LatencyMachine& machine, unsigned core) {
  const core::CpuSet others = machine.usable.without({core});
  return others.empty() ? core::CpuSet{core} : others;
}

std::vector<LatencyArm> latency_arms(const LatencyChoice& choice, const LatencyMachine& machine) {
  const core::CpuSet pinned{choice.core};
  std::vector<LatencyArm> arms;
  arms.push_back({.name = std::string{kUnpinnedArm},
                  .title = "SCHED_OTHER, on any core",
                  .cores = machine.usable});
  arms.push_back({.name = "other-pinned", .title = "SCHED_OTHER, pinned", .cores = pinned});
  LatencyArm fifo{.name = "fifo",
                  .title = "SCHED_FIFO, pinned",
                  .policy = SchedulingPolicy::Fifo,
                  .priority = choice.priority,
                  .cores = pinned};
  LatencyArm locked = like(fifo, {kBaseArm, "SCHED_FIFO, pinned, memory locked: isotherm run"});
  locked.locked = true;
  LatencyArm spin = like(locked, {kSpinArm, "the same with a spin tail of 50 us"});
  spin.spin = kSpinTail;
  if (choice.period < kSpinTail * kPeriodsOfSpin) {
    spin.obstacle =
        "the spin tail of 50 us is longer than half a period: measure at 10 kHz or less";
  }
  // Every core of the root domain, or the kernel refuses it: sched_setattr(2), EPERM.
  LatencyArm deadline{.name = "deadline",
                      .title = "SCHED_DEADLINE, on any core, memory locked",
                      .policy = SchedulingPolicy::Deadline,
                      .cores = machine.online,
                      .locked = true};
  LatencyArm housekeeping =
      like(locked, {kHousekeepingArm, "as fifo-locked, on a core that is not isolated"});
  place_on_housekeeping(housekeeping, choice, machine);
  LatencyArm cyclictest =
      like(locked, {kCyclictestArm, "cyclictest, SCHED_FIFO, pinned, memory locked"});
  cyclictest.kind = ArmKind::Cyclictest;
  for (LatencyArm* arm : {&fifo, &locked, &spin, &deadline, &housekeeping, &cyclictest}) {
    arms.push_back(std::move(*arm));
  }
  return arms;
}

const std::vector<std::string>& latency_arm_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    const core::CpuSet any{0};
    for (const LatencyArm& arm : latency_arms({}, {any, any, any})) {
      all.push_back(arm.name);
    }
    return all;
  }();
  return names;
}

}  // namespace isotherm::diagnose
