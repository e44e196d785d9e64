#include "diagnose/neighbour_checks.hpp"

#include <functional>
#include <set>
#include <utility>

#include "core/utf8.hpp"
#include "diagnose/kernel_text.hpp"

namespace isotherm::diagnose {
namespace {

class NeighbourChecks {
 public:
  NeighbourChecks(const CoreFacts& core, const CoreContext& context)
      : core_(core), context_(context) {}

  Findings all() {
    interrupts();
    affinity();
    kernel_threads();
    user_threads();
    competition();
    return findings_;
  }

 private:
  void add(const char* check, Severity severity, std::string seen, std::string why = "",
           std::string mend = "") {
    findings_.push_back({"core " + std::to_string(core_.core), check, severity, std::move(seen),
                         std::move(why), std::move(mend)});
  }

  [[nodiscard]] std::string per_second(std::uint64_t count) const {
    const auto milliseconds = static_cast<std::uint64_t>(context_.watched.count() / 1'000'000);
    const std::uint64_t rate = milliseconds == 0 ? count : count * 1000 / milliseconds;
    return std::to_string(rate) + "/s";
  }

  [[nodiscard]] std::string elsewhere() const {
    return context_.elsewhere.empty() ? "OTHER-CORES" : context_.elsewhere.text();
  }

  // What landed here while it was watched.
  void interrupts() {
    // Calls from other cores that arrive more often than this are somebody's doing.
    constexpr std::uint64_t kManyCalls = 100;
    std::vector<std::string> devices;
    std::vector<std::string> own;
    std::uint64_t calls = 0;
    for (const FiredInterrupt& one : core_.fired) {
      auto& list = one.of_a_device && !one.own_of_each_core ? devices : own;
      list.push_back(one.name + " " + per_second(one.count));
      const bool timer = one.label == "LOC" || one.name.find("timer") != std::string::npos;
      calls += one.of_a_device || timer ? 0 : one.count;
    }
    const std::string local = own.empty() ? "" : "; of its own: " + some_of(own, 3);
    if (!devices.empty()) {
      add("interrupts", Severity::Warning, "of devices: " + some_of(devices) + local,
          "a reader waits while the core handles them", affinity_mend());
    } else if (calls > kManyCalls) {
      add("interrupts", Severity::Warning, "of no device" + local,
          "other cores have this one do work for them, because threads that ran here or memory "
          "that is mapped here is theirs too",
          context_.isolation_mend);
    } else {
      add("interrupts", Severity::Pass, "of no device" + local);
    }
  }

  [[nodiscard]] std::string affinity_mend() const {
    if (core_.may_land.empty()) {
      return context_.isolation_mend;
    }
    std::string numbers;
    for (const InterruptRoute& route : core_.may_land) {
      numbers += (numbers.empty() ? "" : " ") + route.number;
    }
    const bool several = core_.may_land.size() > 1;
    const std::string one = "echo " + elsewhere() + " | sudo tee /proc/irq/" +
                            (several ? "$i" : numbers) + "/smp_affinity_list";
    return "`" + (several ? "for i in " + numbers + "; do " + one + "; done" : one) +
           "`; for good, irqaffinity=" + elsewhere() +
           " on the kernel command line, and isolcpus=managed_irq for those that refuse";
  }

  // What may land here, whether it has or not.
  void affinity() {
    if (core_.may_land.empty()) {
      add("interrupt-affinity", Severity::Pass, "no device's interrupt is sent here");
      return;
    }
    std::vector<std::string> names;
    for (const InterruptRoute& route : core_.may_land) {
      names.push_back(route.number + " " + route.name);
    }
    add("interrupt-affinity", Severity::Warning,
        std::to_string(names.size()) + (names.size() == 1 ? " interrupt may" : " interrupts may") +
            " be sent here: " + some_of(names),
        "a reader waits while the core handles them", affinity_mend());
  }

  // Names of the threads for which `which` holds, each once.
  [[nodiscard]] std::vector<std::string> names_of(
      const std::function<bool(const ThreadSeen&)>& which) const {
    std::set<std::string> seen;
    std::vector<std::string> names;
    for (const ThreadSeen& thread : core_.threads) {
      if (which(thread) && seen.insert(thread.name).second) {
        names.push_back(core::printable(thread.name));
      }
    }
    return names;
  }

  [[nodiscard]] const ThreadSeen* first_of(
      const std::function<bool(const ThreadSeen&)>& which) const {
    for (const ThreadSeen& thread : core_.threads) {
      if (which(thread)) {
        return &thread;
      }
    }
    return nullptr;
  }

  [[nodiscard]] bool ran_here(const ThreadSeen& thread) const {
    return thread.ran && thread.core == core_.core;
  }

  // Each core has some that belong to it (migration, ksoftirqd, its own kworkers) and do nothing
  // without cause; the others could run elsewhere.
  void kernel_threads() {
    if (!core_.kernel_threads_seen) {
      add("kernel-threads", Severity::Pass,
          "not to be seen from here (a container); the host's doctor sees them");
      return;
    }
    const auto own = names_of([this](const ThreadSeen& thread) {
      return thread.of_kernel && thread.allowed.size() == 1 && ran_here(thread);
    });
    const auto foreign = [this](const ThreadSeen& thread) {
      return thread.of_kernel && thread.allowed.size() > 1 && ran_here(thread);
    };
    const std::string of_its_own = own.empty() ? "" : "; of its own ran " + some_of(own);
    const auto strangers = names_of(foreign);
    if (strangers.empty()) {
      add("kernel-threads", Severity::Pass, "none that could be elsewhere ran here" + of_its_own);
      return;
    }
    add("kernel-threads", Severity::Warning, "ran here: " + some_of(strangers) + of_its_own,
        "they have no need of this core",
        core_.isolated ? "`sudo taskset -pc " + elsewhere() + " " +
                             std::to_string(first_of(foreign)->tid) + "`, and so for each of them"
                       : context_.isolation_mend);
  }

  void user_threads() {
    const auto theirs = [](const ThreadSeen& thread) {
      return !thread.of_kernel && !thread.name.starts_with("iso-");  // a station's own
    };
    std::size_t may = 0;
    for (const ThreadSeen& thread : core_.threads) {
      may += theirs(thread) ? 1U : 0U;
    }
    if (may == 0) {
      add("user-threads", Severity::Pass, "none may run here");
      return;
    }
    const auto ran =
        names_of([&](const ThreadSeen& thread) { return theirs(thread) && ran_here(thread); });
    std::string seen =
        std::to_string(may) + (may == 1 ? " thread" : " threads") + " may run here, ";
    seen += ran.empty() ? "none did while it was watched" : "and these did: " + some_of(ran);
    const ThreadSeen* first = first_of(theirs);
    add("user-threads", Severity::Warning, std::move(seen),
        "the kernel works for them on this core, and a reader waits for the end of that",
        core_.isolated
            ? "`sudo taskset -apc " + elsewhere() + " " + std::to_string(first->pid) + "` for " +
                  first->name + ", and CPUAffinity=" + elsewhere() + " in its unit"
            : context_.isolation_mend);
  }

  // Those that go before a reader.
  void competition() {
    if (context_.lowest_priority == 0) {
      return;
    }
    constexpr int kDeadline = 6;
    const auto names = names_of([this](const ThreadSeen& thread) {
      return !thread.fixed && thread.realtime() && !thread.name.starts_with("iso-") &&
             (thread.kernel_policy == kDeadline || thread.priority >= context_.lowest_priority);
    });
    const std::string priority = "priority " + std::to_string(context_.lowest_priority);
    if (names.empty()) {
      add("competition", Severity::Pass, "no other real-time thread of " + priority + " or more");
    } else {
      add("competition", Severity::Warning,
          "may run here at " + priority + " or more: " + some_of(names),
          "a reader waits until such a thread sleeps",
          "a higher priority of the reader, or `sudo taskset -pc " + elsewhere() + " TID`");
    }
  }

  const CoreFacts& core_;
  const CoreContext& context_;
  Findings findings_;
};

}  // namespace

Findings neighbour_findings(const CoreFacts& core, const CoreContext& context) {
  return NeighbourChecks(core, context).all();
}

}  // namespace isotherm::diagnose
