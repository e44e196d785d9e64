#include "app/realtime_allowance.hpp"

#include "os/fair_server.hpp"

namespace isotherm::app {

RealtimeAllowance realtime_allowance(const os::Privileges& kernel) {
  RealtimeAllowance allowance;
  const bool limited = kernel.rt_runtime_us >= 0 && kernel.rt_period_us > 0;
  const auto share = [&kernel](std::int64_t runtime_us) {
    return static_cast<double>(runtime_us) / static_cast<double>(kernel.rt_period_us);
  };
  if (kernel.fair_server) {
    // Whatever the settings are: they do not reach it.
    allowance.share = os::kShareBesideFairServer;
    allowance.source = "its fair server, for ordinary threads that starve there";
  } else if (limited) {
    allowance.share = share(kernel.rt_runtime_us);
    allowance.source = "kernel.sched_rt_runtime_us";
    allowance.mend =
        "`sudo sysctl -w kernel.sched_rt_runtime_us=-1`, which lifts the limit for the whole "
        "machine";
  }
  // A budget of 0 is a refusal, which the preflight's trial has met.
  if (limited && kernel.rt_budget_us.value_or(0) > 0 &&
      share(*kernel.rt_budget_us) < allowance.share) {
    allowance.share = share(*kernel.rt_budget_us);
    allowance.source = kernel.rt_budget_file;
    allowance.mend = "a larger budget: `echo 900000 | sudo tee " + kernel.rt_budget_file +
                     "`, after the same in each cgroup above it";
  }
  return allowance;
}

}  // namespace isotherm::app
