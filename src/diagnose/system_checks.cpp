#include "diagnose/system_checks.hpp"

#include <cmath>
#include <utility>

#include "diagnose/kernel_text.hpp"
#include "os/fair_server.hpp"

namespace isotherm::diagnose {
namespace {

std::string percent(double share) {
  return std::to_string(static_cast<int>(std::lround(share * 100.0))) + " %";
}

class SystemChecks {
 public:
  SystemChecks(const SystemFacts& system, const os::Topology& topology, const DoctorPlan& plan)
      : system_(system),
        topology_(topology),
        plan_(plan),
        cores_(plan.cores()),
        elsewhere_(plan.elsewhere(topology.online)) {}

  Findings all() {
    throttling();
    group_budget();
    timer_migration();
    swap();
    huge_pages();
    watchdogs();
    irqbalance();
    workqueues();
    spinning();
    power();
    temperature();
    return findings_;
  }

 private:
  void add(const char* check, Severity severity, std::string seen, std::string why = "",
           std::string mend = "") {
    findings_.push_back(
        {"system", check, severity, std::move(seen), std::move(why), std::move(mend)});
  }

  // With it, kernel.sched_rt_runtime_us says nothing about real-time threads: os/fair_server.hpp.
  void fair_server() {
    const std::string seen =
        "ordinary threads that starve get " + percent(1.0 - os::kShareBesideFairServer) +
        " of a core (the fair server of Linux 6.12 and later), " + plan_words();
    if (plan_.realtime_share < os::kShareBesideFairServer) {
      add("rt-throttling", Severity::Pass, seen);
    } else {
      add("rt-throttling", Severity::Failure, seen,
          "the kernel stops the readers meanwhile, for up to 50 ms in each second",
          "a shorter spin, lower rates");
    }
  }

  [[nodiscard]] std::string plan_words() const {
    return "this plan takes at most " + percent(plan_.realtime_share);
  }

  // kernel Documentation/scheduler/sched-rt-group.rst.
  void throttling() {
    if (system_.fair_server) {
      fair_server();
      return;
    }
    if (!system_.rt_runtime_us) {
      add("rt-throttling", Severity::Pass, "the kernel names no limit on real-time threads");
      return;
    }
    if (*system_.rt_runtime_us < 0) {
      add("rt-throttling", Severity::Pass, "off: real-time threads may take all of a core");
      return;
    }
    const double share =
        static_cast<double>(*system_.rt_runtime_us) / static_cast<double>(system_.rt_period_us);
    const std::string seen =
        "real-time threads may take " + percent(share) + " of a core, " + plan_words() +
        " (kernel.sched_rt_runtime_us = " + std::to_string(*system_.rt_runtime_us) + " of " +
        std::to_string(system_.rt_period_us) + ")";
    if (plan_.realtime_share < share) {
      add("rt-throttling", Severity::Pass, seen);
    } else {
      add("rt-throttling", Severity::Failure, seen,
          "the kernel stops the readers for the rest of each period",
          "a shorter spin, lower rates; or `sudo sysctl -w kernel.sched_rt_runtime_us=-1`");
    }
  }

  // A budget of 0 is a refusal, which the group "rights" names with its cure.
  void group_budget() {
    if (!system_.rt_budget_us) {
      add("rt-group-budget", Severity::Pass, "no cgroup budget for real-time threads is in force");
    } else if (*system_.rt_budget_us > 0) {
      add("rt-group-budget", Severity::Pass,
          std::to_string(*system_.rt_budget_us) + " us a period (" + system_.rt_budget_file + ")");
    }
  }

  void timer_migration() {
    if (system_.timer_migration.value_or(0) == 0) {
      add("timer-migration", Severity::Pass, "off, or not known to this kernel");
    } else {
      add("timer-migration", Severity::Warning, "on",
          "timers of idle cores are moved to busy ones, which a reader's core may be",
          "`sudo sysctl -w kernel.timer_migration=0`");
    }
  }

  void swap() {
    if (system_.swaps.empty()) {
      add("swap", Severity::Pass, "none");
    } else {
      add("swap", Severity::Warning, some_of(system_.swaps),
          "the readers' memory is locked, but housekeeping may wait for a slow disk, and an SD "
          "card wears out",
          "`sudo swapoff -a`; for good, out of /etc/fstab or `sudo systemctl disable "
          "dphys-swapfile`");
    }
  }

  void huge_pages() {
    if (system_.huge_pages == "always") {
      add("huge-pages", Severity::Warning, "transparent huge pages: always",
          "khugepaged moves the memory of running programs about, and stops them for it",
          "`echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled`");
    } else {
      add("huge-pages", Severity::Pass,
          system_.huge_pages.empty() ? "no transparent huge pages"
                                     : "transparent huge pages: " + system_.huge_pages);
    }
  }

  void watchdogs() {
    const core::CpuSet here = system_.watchdog_cores.intersection(cores_);
    if (system_.nmi_watchdog) {
      add("watchdog", Severity::Warning, "the NMI watchdog runs",
          "it interrupts every core with a performance counter, also where nothing else may",
          "`sudo sysctl -w kernel.nmi_watchdog=0`");
    } else if (system_.watchdog && !here.empty()) {
      add("watchdog", Severity::Warning, "the soft-lockup watchdog runs on " + cores_words(here),
          "every 4 s it stops the core's threads for a moment, real-time ones too",
          "`sudo sysctl -w kernel.watchdog_cpumask=" +
              (elsewhere_.empty() ? "0" : elsewhere_.text()) + "`, or kernel.watchdog=0");
    } else {
      add("watchdog", Severity::Pass,
          !system_.watchdog ? "none runs"
          : cores_.empty()  ? "the soft-lockup watchdog runs; no reader has a core of its own"
                            : "the soft-lockup watchdog keeps off the readers' cores");
    }
  }

  // irqbalance leaves isolated and nohz_full cores alone by itself (irqbalance(1),
  // IRQBALANCE_BANNED_CPULIST).
  void irqbalance() {
    const core::CpuSet bare = cores_.without(topology_.isolated).without(topology_.nohz_full);
    if (!system_.irqbalance) {
      add("irqbalance", Severity::Pass, "not to be seen");
    } else if (bare.empty()) {
      add("irqbalance", Severity::Pass, "runs, and leaves isolated cores alone");
    } else {
      add("irqbalance", Severity::Warning, "runs, and may send interrupts to " + cores_words(bare),
          "it undoes what irqaffinity= and smp_affinity were set to",
          "IRQBALANCE_BANNED_CPULIST=" + cores_.text() +
              " in /etc/default/irqbalance, or `sudo systemctl disable --now irqbalance`");
    }
  }

  void workqueues() {
    if (!system_.workqueue_cores) {
      add("workqueues", Severity::Pass, "the kernel shows no mask of its unbound work");
      return;
    }
    const core::CpuSet here = system_.workqueue_cores->intersection(cores_);
    if (here.empty()) {
      add("workqueues", Severity::Pass,
          cores_.empty() ? "the kernel's unbound work runs; no reader has a core of its own"
                         : "the kernel's unbound work keeps off the readers' cores");
      return;
    }
    // 32 bits of a mask are enough where the doctor has to write one; larger machines have
    // irqaffinity-like lists in their boot line.
    unsigned mask = 0;
    for (const unsigned core : elsewhere_.cores()) {
      mask |= core < 32 ? 1U << core : 0U;
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (; mask != 0; mask >>= 4U) {
      hex.insert(hex.begin(), kDigits[mask & 15U]);
    }
    add("workqueues", Severity::Warning,
        "the kernel's unbound work may run on " + cores_words(here),
        "a reader waits while a kworker is in a part of the kernel that cannot be preempted",
        "`echo " + (hex.empty() ? "1" : hex) +
            " | sudo tee /sys/devices/virtual/workqueue/cpumask`");
  }

  void spinning() {
    std::string names;
    for (const DoctorReader& reader : plan_.readers) {
      if (reader.spin.count() > 0) {
        names += (names.empty() ? "" : ", ") + reader.name;
      }
    }
    if (!names.empty()) {
      add("spin-tail", Severity::Warning, "spins before its slots: " + names,
          "a spinning core heats the board, and a sensor on the board shows it",
          "spin = \"0 us\", unless the lateness needs it");
    }
  }

  void power() {
    constexpr std::uint32_t kNow = 0xF;
    if (system_.throttled && *system_.throttled != 0) {
      add("power", (*system_.throttled & kNow) != 0 ? Severity::Failure : Severity::Warning,
          throttled_words(*system_.throttled), "the firmware slows all cores down meanwhile",
          throttled_mend(*system_.throttled));
    } else if (system_.undervoltage.value_or(false)) {
      add("power", Severity::Failure, "under-voltage (rpi_volt)",
          "the firmware slows all cores down meanwhile", throttled_mend(1));
    } else if (system_.throttled || system_.undervoltage) {
      add("power", Severity::Pass, "no under-voltage and no throttling seen by the firmware");
    }
  }

  // https://www.raspberrypi.com/documentation/computers/os.html#get_throttled
  static std::string throttled_words(std::uint32_t bits) {
    constexpr std::pair<unsigned, const char*> kMeaning[] = {
        {0, "under-voltage now"},
        {1, "frequency capped now"},
        {2, "throttled now"},
        {3, "at the soft temperature limit now"},
        {16, "under-voltage since boot"},
        {17, "frequency capped since boot"},
        {18, "throttled since boot"},
        {19, "at the soft temperature limit since boot"}};
    std::vector<std::string> words;
    for (const auto& [bit, meaning] : kMeaning) {
      if (((bits >> bit) & 1U) != 0) {
        words.emplace_back(meaning);
      }
    }
    return some_of(words, words.size()) + " (get_throttled)";
  }

  static std::string throttled_mend(std::uint32_t bits) {
    constexpr std::uint32_t kUnderVoltage = 0x10001;
    return (bits & kUnderVoltage) != 0
               ? "the power supply and the cable that the board's maker names; the bits clear at "
                 "the next boot"
               : "a heat sink or a fan; the bits clear at the next boot";
  }

  void temperature() {
    constexpr double kHot = 75.0;  // the firmware of a Pi begins to slow down at 80 degrees
    if (!system_.hottest) {
      return;
    }
    const std::string seen =
        std::to_string(static_cast<int>(std::lround(system_.hottest->celsius))) +
        " degrees Celsius (" + system_.hottest->type + ")";
    if (system_.hottest->celsius < kHot) {
      add("temperature", Severity::Pass, seen);
    } else {
      add("temperature", Severity::Warning, seen,
          "a little more, and the firmware slows all cores down", "a heat sink or a fan");
    }
  }

  const SystemFacts& system_;
  const os::Topology& topology_;
  const DoctorPlan& plan_;
  core::CpuSet cores_;
  core::CpuSet elsewhere_;
  Findings findings_;
};

}  // namespace

Findings system_findings(const SystemFacts& system, const os::Topology& topology,
                         const DoctorPlan& plan) {
  return SystemChecks(system, topology, plan).all();
}

}  // namespace isotherm::diagnose
