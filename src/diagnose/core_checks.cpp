#include "diagnose/core_checks.hpp"

#include <algorithm>
#include <utility>

#include "diagnose/kernel_text.hpp"
#include "diagnose/neighbour_checks.hpp"

namespace isotherm::diagnose {
namespace {

class CoreChecks {
 public:
  CoreChecks(const CoreFacts& core, const CoreContext& context)
      : core_(core),
        context_(context),
        number_(std::to_string(core.core)),
        folder_("/sys/devices/system/cpu/cpu" + number_) {}

  Findings all() {
    if (!core_.online) {
      add("online", Severity::Failure, "offline", "no thread can run here",
          "`echo 1 | sudo tee " + folder_ + "/online`");
      return findings_;
    }
    add("online", Severity::Pass,
        context_.readers.empty() ? "online" : "online, for " + context_.readers);
    isolated();
    tick();
    callbacks();
    append(findings_, neighbour_findings(core_, context_));
    sibling();
    governor();
    idle();
    wake_up();
    return findings_;
  }

 private:
  void add(const char* check, Severity severity, std::string seen, std::string why = "",
           std::string mend = "") {
    findings_.push_back(
        {"core " + number_, check, severity, std::move(seen), std::move(why), std::move(mend)});
  }

  void isolated() {
    if (context_.by_station) {
      add("isolated", Severity::Pass,
          "the station takes it away from other work while it runs (isolate = \"cpuset\")");
    } else if (core_.isolated) {
      add("isolated", Severity::Pass, "left alone by the scheduler's load balancing");
    } else {
      add("isolated", Severity::Failure, "not isolated",
          "the kernel puts other threads here, and a reader waits while one of them is in the "
          "kernel",
          context_.isolation_mend);
    }
  }

  void tick() {
    if (core_.nohz_full) {
      add("tick", Severity::Pass, "no timer tick while one thread runs (nohz_full)");
    } else {
      add("tick", Severity::Warning, "the timer tick goes on here (no nohz_full)",
          "it interrupts the reader 100 to 1000 times a second",
          context_.knows_nohz_full
              ? context_.isolation_mend
              : "a kernel with CONFIG_NO_HZ_FULL, and then: " + context_.isolation_mend);
    }
  }

  void callbacks() {
    if (core_.callbacks_offloaded) {
      add("rcu-callbacks", Severity::Pass, "run on other cores (" + core_.callbacks_source + ")");
    } else if (!core_.callbacks_source.empty()) {
      add("rcu-callbacks", Severity::Warning,
          "run here, although asked for otherwise (" + core_.callbacks_source + ")",
          "the kernel frees memory in softirqs here, after interrupts",
          "a kernel with CONFIG_RCU_NOCB_CPU");
    } else {
      add("rcu-callbacks", Severity::Warning, "run here (no rcu_nocbs)",
          "the kernel frees memory in softirqs here, after interrupts", context_.isolation_mend);
    }
  }

  void sibling() {
    if (core_.siblings.empty()) {
      add("sibling", Severity::Pass, "shares its execution units with no other");
      return;
    }
    add("sibling", Severity::Warning,
        "shares its execution units with " + cores_words(core_.siblings),
        "what runs there slows the reader down",
        "`echo 0 | sudo tee /sys/devices/system/cpu/cpu" +
            std::to_string(core_.siblings.cores().front()) + "/online`, or add `nosmt` " +
            context_.boot_place);
  }

  void governor() {
    const FrequencyFacts& frequency = core_.frequency;
    const std::string keep = "add `cpufreq.default_governor=performance` " + context_.boot_place;
    if (frequency.governor.empty()) {
      add("governor", Severity::Pass, "nothing changes this core's frequency (no cpufreq)");
      return;
    }
    if (frequency.held) {
      add("governor", Severity::Pass, frequency.governor + ", held at its highest frequency");
      return;
    }
    if (frequency.governor != "performance") {
      add("governor", Severity::Warning, frequency.governor,
          "the core is slow when the reader wakes up, and changing its speed takes time",
          "`echo performance | sudo tee " + folder_ + "/cpufreq/scaling_governor`; to keep it, " +
              keep);
      return;
    }
    if (frequency.at_boot == "performance") {
      add("governor", Severity::Pass, "performance, also at boot: " + frequency.at_boot_source);
      return;
    }
    const bool by_service = frequency.at_boot_source.find("raspi-config") != std::string::npos;
    add("governor", Severity::Warning,
        frequency.at_boot.empty() ? "performance, and nothing known makes it so at the next boot"
                                  : "performance, and " + frequency.at_boot +
                                        " after the next boot (" + frequency.at_boot_source + ")",
        "it was set by hand, and falls back",
        by_service ? "`sudo systemctl disable raspi-config`, and " + keep : keep);
  }

  void idle() {
    // What leaving a state takes is added to the lateness of a reader that found its core idle.
    constexpr core::Nanoseconds kNoticeable{10'000};
    const IdleState* slowest = nullptr;
    for (const IdleState& state : core_.idle_states) {
      if (!state.disabled && (slowest == nullptr || state.exit_latency > slowest->exit_latency)) {
        slowest = &state;
      }
    }
    if (slowest == nullptr) {
      add("idle", Severity::Pass, "no idle states that take time to leave (no cpuidle)");
      return;
    }
    const std::string latency = std::to_string(slowest->exit_latency.count() / 1000) + " us";
    const std::string seen = "the deepest state, " + slowest->name + ", takes " + latency;
    if (slowest->exit_latency <= kNoticeable) {
      add("idle", Severity::Pass, seen + " to leave");
    } else {
      add("idle", Severity::Warning, seen + " to leave", "so much later a reader may wake up",
          "hold /dev/cpu_dma_latency open with 0 in it, as --fix does; or `for f in " + folder_ +
              "/cpuidle/state[1-9]*/disable; do echo 1 | sudo tee $f; done`");
    }
  }

  // What the limit on a wake-up is: CoreContext::period.
  [[nodiscard]] const char* limit_words() const {
    if (context_.period.count() == 0) {
      return ", which counts as late where no period is known";
    }
    return context_.readers.empty() ? ", a tenth of the plan's shortest period"
                                    : ", a tenth of the shortest period here";
  }

  // The proof of everything above: how late a thread woke up here that did what a reader does.
  void wake_up() {
    const os::WakeUpSpec& tried = core_.tried;
    const os::WakeUps& woken = core_.wake_ups;
    if (!woken.refusal.empty()) {
      add("wake-up", Severity::Warning, "not tried: " + woken.refusal,
          "how late a reader would wake up here is not known", "see the group \"rights\"");
      return;
    }
    if (woken.count == 0) {
      return;
    }
    const auto whole_us = [](core::Nanoseconds time) {
      return std::to_string(time.count() / 1000) + " us";
    };
    const std::string seen = "of " + std::to_string(woken.count) + " wake-ups at " +
                             std::string{core::policy_word(tried.policy)} +
                             (tried.priority > 0 ? " " + std::to_string(tried.priority) : "") +
                             " 99 % were at most " + whole_us(woken.late_p99) +
                             " late, the worst " + whole_us(woken.late_max);
    // A tenth of the shortest period, and 100 us where that is not known.
    constexpr core::Nanoseconds kLate{100'000};
    const core::Nanoseconds limit = context_.period.count() > 0 ? context_.period / 10 : kLate;
    if (woken.late_max <= limit) {
      add("wake-up", Severity::Pass, seen);
    } else {
      add("wake-up", Severity::Warning, seen, "more than " + whole_us(limit) + limit_words(),
          "what the other findings on this core name; then look with `isotherm doctor` again");
    }
  }

  const CoreFacts& core_;
  const CoreContext& context_;
  std::string number_;
  std::string folder_;
  Findings findings_;
};

}  // namespace

Findings core_findings(const CoreFacts& core, const CoreContext& context) {
  return CoreChecks(core, context).all();
}

}  // namespace isotherm::diagnose
