// What holds for the whole machine: limits on real-time threads, memory, watchdogs, power.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"
#include "diagnose/threads.hpp"

namespace isotherm::diagnose {

struct SystemFacts {
  std::optional<std::int64_t> rt_runtime_us;  // kernel.sched_rt_runtime_us; -1: no limit
  std::int64_t rt_period_us = 1'000'000;
  bool fair_server = false;                  // limits them instead: os/fair_server.hpp
  std::optional<std::int64_t> rt_budget_us;  // of this process's version 1 cgroup
  std::string rt_budget_file;
  std::optional<int> timer_migration;
  std::vector<std::string> swaps;
  std::string huge_pages;  // "always", "madvise", "never"; "" where there are none
  bool watchdog = false;   // the soft-lockup detector runs
  core::CpuSet watchdog_cores;
  bool nmi_watchdog = false;
  bool irqbalance = false;
  std::optional<core::CpuSet> workqueue_cores;  // of work that is bound to no core

  // Of a Raspberry Pi: `vcgencmd get_throttled`, the firmware's bits since boot.
  std::optional<std::uint32_t> throttled;
  std::optional<bool> undervoltage;  // of the driver rpi_volt
  struct Zone {
    std::string type;
    double celsius = 0.0;
  };
  std::optional<Zone> hottest;  // thermal zone
};

[[nodiscard]] SystemFacts read_system_facts(const core::FileTree& files,
                                            const std::vector<ThreadSeen>& threads);

}  // namespace isotherm::diagnose
