// [[reader]]: where, how fast and how a reader runs, and its sensors.
#include <algorithm>
#include <array>
#include <chrono>

#include "settings/quantity.hpp"
#include "settings/section.hpp"
#include "settings/suggestion.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

using namespace std::chrono_literals;
using acquire::Isolate;
using acquire::OverrunPolicy;
using core::SchedulingPolicy;

constexpr Limits<std::int64_t> kPriority{1, 99};  // sched(7)
// sched(7): the kernel takes no deadline parameter below 1024 ns.
constexpr Limits<core::Nanoseconds> kRuntime{1024ns, acquire::kPeriodMax};
constexpr Limits<core::Nanoseconds> kSpin{0ns, acquire::kPeriodMax};
constexpr Limits<std::int64_t> kWorstSlots{0, acquire::kWorstSlotsMax};
// A sample holds the index of its sensor in 16 bits; this is far below, and far above any board.
constexpr std::size_t kSensorLimit = 4096;

constexpr std::array kPolicies = {Choice<SchedulingPolicy>{"fifo", SchedulingPolicy::Fifo},
                                  Choice<SchedulingPolicy>{"rr", SchedulingPolicy::RoundRobin},
                                  Choice<SchedulingPolicy>{"deadline", SchedulingPolicy::Deadline},
                                  Choice<SchedulingPolicy>{"other", SchedulingPolicy::Other}};
constexpr std::array kOverruns = {Choice<OverrunPolicy>{"skip", OverrunPolicy::Skip},
                                  Choice<OverrunPolicy>{"stop", OverrunPolicy::Stop}};

constexpr std::array kIsolates = {Choice<Isolate>{"boot", Isolate::Boot},
                                  Choice<Isolate>{"cpuset", Isolate::Cpuset}};

void read_cores(const Section& section, const std::vector<unsigned>& housekeeping,
                std::vector<unsigned>& target) {
  const Node* const node = section.find("core");
  if (node == nullptr || (node->kind == Node::Kind::String && node->string == "auto")) {
    return;
  }
  if (node->kind == Node::Kind::String) {
    section.mistake("core", in_quotes(node->string) + " is not a core",
                    "write core = \"auto\", core = 3 or core = [2, 3]");
    return;
  }
  if (!section.cores("core", false, target)) {
    return;
  }
  for (const unsigned core : target) {
    if (std::find(housekeeping.begin(), housekeeping.end(), core) != housekeeping.end()) {
      section.mistake("core", std::to_string(core) + " is a housekeeping core of [station]",
                      "use another core, or take it out of housekeeping");
    }
  }
}

// A rate is kept as its period; both keys at once would leave open which of them counts.
bool read_period(const Section& section, core::Nanoseconds& period) {
  if (section.has("rate") && section.has("period")) {
    const bool rate_is_later = section.line_of("rate") > section.line_of("period");
    section.mistake(rate_is_later ? "rate" : "period",
                    std::string("is given beside ") + (rate_is_later ? "period" : "rate"),
                    "keep one of the two, each follows from the other");
  }
  constexpr std::string_view kAllowed =
      "rates go from 0.01 Hz to 20 kHz, which are periods from 100 s to 50 us";
  core::Nanoseconds wanted = period;
  bool good = true;
  if (section.has("period")) {
    constexpr auto kAny = core::Nanoseconds::max();
    good = section.duration("period", {0ns, kAny}, wanted);
    if (good && (wanted < acquire::kPeriodMin || wanted > acquire::kPeriodMax)) {
      section.mistake("period",
                      in_quotes(section.find("period")->string) + " is an impossible period",
                      std::string(kAllowed));
      good = false;
    }
  }
  core::Nanoseconds of_rate = wanted;
  if (section.has("rate")) {
    const bool given = section.rate("rate", of_rate);
    if (given && (of_rate < acquire::kPeriodMin || of_rate > acquire::kPeriodMax)) {
      section.mistake("rate", in_quotes(section.find("rate")->string) + " is an impossible rate",
                      std::string(kAllowed));
      good = false;
    }
    good = good && given;
  }
  if (good) {
    period = of_rate;
  }
  return good;
}

void read_scheduling(const Section& section, bool period_is_good, acquire::ReaderSettings& reader) {
  const bool policy_is_good =
      section.choice<SchedulingPolicy>("policy", kPolicies, reader.policy) ||
      !section.has("policy");
  int priority = 0;
  if (section.integer("priority", kPriority, priority)) {
    reader.priority = priority;
  }
  const bool has_runtime = section.duration("runtime", kRuntime, reader.runtime);
  const bool has_spin = section.duration("spin", kSpin, reader.spin);

  if (policy_is_good && section.has("priority") && !core::has_priority(reader.policy)) {
    section.mistake(
        "priority",
        "has no meaning under the policy " + in_quotes(core::policy_word(reader.policy)),
        "leave it out, or use the policy \"fifo\" or \"rr\"");
  }
  if (policy_is_good && section.has("runtime") && reader.policy != SchedulingPolicy::Deadline) {
    section.mistake(
        "runtime", "has no meaning under the policy " + in_quotes(core::policy_word(reader.policy)),
        "leave it out, or use the policy \"deadline\"");
  }
  if (!period_is_good) {
    return;
  }
  const std::string period = duration_text(reader.period);
  if (has_runtime && reader.runtime > reader.period) {
    section.mistake("runtime",
                    duration_text(reader.runtime) + " is longer than the period, " + period,
                    "it is what one period may cost; leave it out for a fifth of the period");
  }
  if (has_spin && reader.spin >= reader.period) {
    section.mistake("spin",
                    duration_text(reader.spin) + " is not shorter than the period, " + period,
                    "it is the tail of each sleep, some 10 us to 100 us; 0 us switches it off");
  }
}

// The kernel grants SCHED_DEADLINE only on all cores of a scheduling domain, and an isolated core
// is in none (sched_setattr(2), cgroup-v2.rst).
void read_isolate(const Section& section, acquire::ReaderSettings& reader) {
  if (section.choice<Isolate>("isolate", kIsolates, reader.isolate) &&
      reader.isolate == Isolate::Cpuset && reader.policy == SchedulingPolicy::Deadline) {
    section.mistake(
        "isolate", "\"cpuset\" cannot go with the policy \"deadline\"",
        "SCHED_DEADLINE needs all cores; use the policy \"fifo\", or leave isolate out");
  }
}

void read_sensors(const Section& section, Findings& findings, TakenNames& taken, ReaderPlan& plan) {
  const std::string mend = "write [[reader.sensor]] and under it name = \"...\"";
  const Node* const sensors = section.find("sensor");
  if (sensors == nullptr) {
    section.findings().mistake(section.line(), "this reader has no sensor", mend);
    return;
  }
  if (sensors->kind != Node::Kind::Array) {
    section.mistake("sensor", "must be an array of tables", mend);
    return;
  }
  if (sensors->children.empty()) {
    section.mistake("sensor", "is empty, so this reader has no sensor", mend);
  }
  if (sensors->children.size() > kSensorLimit) {
    section.mistake("sensor", "has more than " + std::to_string(kSensorLimit) + " entries",
                    "spread them over several readers");
    return;
  }
  for (const Node& child : sensors->children) {
    if (child.kind != Node::Kind::Table) {
      findings.mistake(child.line, "sensor must be an array of tables", mend);
      continue;
    }
    read_sensor(child, findings, taken, plan.sensors.emplace_back());
  }
}

}  // namespace

void take_name(const std::string& name, unsigned line, std::string_view what, Findings& findings,
               std::map<std::string, unsigned>& taken) {
  const auto [first, is_new] = taken.emplace(name, line);
  if (!is_new) {
    findings.mistake(line,
                     "the " + std::string(what) + " name " + in_quotes(name) +
                         " is taken by line " + std::to_string(first->second),
                     "give each " + std::string(what) + " of the station a name of its own");
  }
}

void read_reader(const Node& table, const std::vector<unsigned>& housekeeping, Findings& findings,
                 TakenNames& taken, ReaderPlan& plan) {
  const Section section(table, kReaderTable, findings);
  acquire::ReaderSettings& reader = plan.reader;
  reader.where = findings.where(section.line());
  if (section.require("name", "each reader needs one, name = \"fast\"") &&
      section.name("name", acquire::kReaderNameLimit, reader.name)) {
    take_name(reader.name, section.line_of("name"), "reader", findings, taken.readers);
  }
  read_cores(section, housekeeping, reader.cores);
  const bool period_is_good = read_period(section, reader.period);
  read_scheduling(section, period_is_good, reader);
  section.choice<OverrunPolicy>("overrun", kOverruns, reader.overrun);
  section.integer("worst_slots", kWorstSlots, reader.worst_slots);
  read_isolate(section, reader);
  read_sensors(section, findings, taken, plan);
}

}  // namespace isotherm::settings
