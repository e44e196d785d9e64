#include "app/worst_slot_words.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/text_table.hpp"
#include "app/words.hpp"
#include "core/utf8.hpp"

namespace isotherm::app {
namespace {

using core::Nanoseconds;
using diagnose::Cause;
using diagnose::JudgedSlot;
using diagnose::SlotFacts;
using diagnose::Surplus;

double microseconds(Nanoseconds time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

std::string surplus_words(const Surplus& surplus, Nanoseconds interval) {
  return fmt::format("{}, {:.0f} more than the usual {:.0f} in {}", surplus.name, surplus.count,
                     surplus.usual, duration_words(interval));
}

std::string competitor_words(const SlotFacts& facts) {
  const diagnose::Competitor& other = *facts.competitor;
  const std::string policy =
      other.priority > 0 ? fmt::format("{} {}", other.policy, other.priority) : other.policy;
  return fmt::format("another thread on its core: \"{}\" ({}, thread {}) ran {}",
                     core::printable(other.name), policy, other.thread, duration_words(other.ran));
}

// What there was of signs, for a slot that none of them explains.
std::string signs(const SlotFacts& facts) {
  std::string seen;
  const auto add = [&seen](const std::string& sign) { seen += seen.empty() ? sign : ", " + sign; };
  if (facts.queue_time.value_or(Nanoseconds{0}) > Nanoseconds{0}) {
    add("waited " + duration_words(*facts.queue_time) + " for its core");
  }
  if (facts.minor_faults + facts.major_faults >= 1.0) {
    add(fmt::format("{:.0f} page faults", facts.minor_faults + facts.major_faults));
  }
  if (facts.migrated) {
    add("moved to another core");
  }
  if (facts.steal > Nanoseconds{0}) {
    add("steal " + duration_words(facts.steal));
  }
  if (facts.interrupts.count >= 1.0) {
    add(surplus_words(facts.interrupts, facts.interval));
  }
  return seen.empty() ? "nothing that the kernel counts" : "seen: " + seen;
}

std::string reason(const JudgedSlot& slot) {
  const SlotFacts& facts = slot.facts;
  switch (slot.judgement.cause) {
    case Cause::Suspend:
      return "the machine was suspended for " + duration_words(facts.suspended);
    case Cause::Standstill:
      return "the whole station stood still for " + duration_words(facts.overslept) +
             ": stopped, frozen, or its machine was";
    case Cause::Competitor:
      return competitor_words(facts);
    case Cause::Throttled:
      return "the kernel's limit on real-time threads (sched_rt_runtime_us; since Linux 6.12 its "
             "fair server): kept off for " +
             duration_words(facts.queue_time.value_or(Nanoseconds{0}));
    case Cause::PageFaults:
      return fmt::format("page faults of the reader: {:.0f} from memory, {:.0f} from a disk",
                         facts.minor_faults, facts.major_faults);
    case Cause::SlowSensor:
      return "a slow sensor: the read of \"" + facts.sensor + "\" took " +
             duration_words(facts.costliest);
    case Cause::Interrupts:
      return "interrupts of its core: " + surplus_words(facts.interrupts, facts.interval);
    case Cause::Softirqs:
      return "softirqs of its core: " + surplus_words(facts.softirqs, facts.interval);
    case Cause::Steal:
      return "the hypervisor took the core for " + duration_words(facts.steal) + " of " +
             duration_words(facts.interval);
    case Cause::Frequency:
      return "the core ran at " + percent_words(facts.frequency.value_or(1.0)) +
             " of its usual frequency";
    case Cause::KeptOff:
      return "it waited " + duration_words(facts.queue_time.value_or(Nanoseconds{0})) +
             " for its core; who had it was not to be seen";
    case Cause::WithinUsual:
    case Cause::Unknown:
      break;
  }
  return "unknown; " + signs(facts);
}

void add_rows(const std::string& reader, const std::vector<JudgedSlot>& slots, TextTable& table) {
  for (const JudgedSlot& slot : slots) {
    const bool usual = slot.judgement.cause == Cause::WithinUsual;
    if (usual && &slot != &slots.front()) {
      return;  // a line says that all of them were; the worst come first
    }
    table.add_row({reader, time_words(slot.time), fmt::to_string(slot.slot),
                   duration_words(slot.facts.lateness), duration_words(slot.facts.done()),
                   fmt::to_string(slot.missed), cause_words(slot)});
  }
}

std::string tally(const ReaderReport& reader) {
  std::string text;
  for (std::size_t i = 0; i < diagnose::kCauseCount; ++i) {
    const auto cause = static_cast<Cause>(i);
    if (cause != Cause::WithinUsual && reader.evidence.causes[i] > 0) {
      text += fmt::format("{}{}:{}", text.empty() ? "" : " ", diagnose::cause_word(cause),
                          reader.evidence.causes[i]);
    }
  }
  return text.empty() ? text : "causes: " + reader.name + ": " + text + "\n";
}

}  // namespace

std::string cause_words(const JudgedSlot& slot) {
  if (slot.judgement.cause == Cause::WithinUsual) {
    return "none: within the usual";
  }
  if (slot.judgement.cause == Cause::Unknown) {
    return reason(slot);
  }
  return (slot.judgement.sure ? "most likely " : "possibly ") + reason(slot);
}

std::string worst_slots_text(const RunReport& report) {
  using Side = Align;
  TextTable table({{"worst of", Side::Left},
                   {"time", Side::Left},
                   {"slot"},
                   {"late"},
                   {"done after"},
                   {"missed"},
                   {"cause", Side::Left}});
  bool any = false;
  std::string after;
  for (const ReaderReport& reader : report.readers) {
    any = any || !reader.evidence.worst.empty();
    add_rows(reader.name, reader.evidence.worst, table);
    after += tally(reader);
    if (reader.worst_slots_lost > 0) {
      after += fmt::format("worst slots: {}: {} came too fast to be looked at\n", reader.name,
                           reader.worst_slots_lost);
    }
  }
  if (report.events.lost > 0) {
    after += fmt::format("events: {} are LOST: {}\n", report.events.lost, report.events.last_error);
  }
  return any ? table.text() + "\n" + after : after;
}

core::Event worst_slot_event(const JudgedSlot& slot, const std::string& reader) {
  const SlotFacts& facts = slot.facts;
  const bool usual = slot.judgement.cause == Cause::WithinUsual;
  core::Event event;
  event.time = slot.time;
  event.severity = usual ? core::Severity::Info : core::Severity::Warning;
  event.kind = "worst_slot";
  const auto add = [&event](const char* name, core::Event::Value value) {
    event.fields.emplace_back(name, std::move(value));
  };
  const auto add_count = [&add](const char* name, std::uint64_t count) {
    add(name, static_cast<std::int64_t>(count));
  };
  add("reader", reader);
  add_count("slot", slot.slot);
  add("late_us", microseconds(facts.lateness));
  add("done_after_us", microseconds(facts.done()));
  add("usual_us", microseconds(facts.usual()));
  add_count("missed", slot.missed);
  add("cause", std::string{diagnose::cause_word(slot.judgement.cause)});
  add("sure", slot.judgement.sure);
  add("explained_us", microseconds(slot.judgement.explained));
  add("words", cause_words(slot));
  add("sensor", facts.sensor);
  add("sensor_us", microseconds(facts.costliest));
  if (usual) {
    return event;
  }
  add("interval_us", microseconds(facts.interval));
  if (facts.queue_time) {
    add("queue_us", microseconds(*facts.queue_time));
  }
  add("voluntary_switches", std::round(facts.voluntary_switches));
  add("involuntary_switches", std::round(facts.involuntary_switches));
  add("minor_faults", std::round(facts.minor_faults));
  add("major_faults", std::round(facts.major_faults));
  add("migrated", facts.migrated);
  add("steal_us", microseconds(facts.steal));
  for (const auto& [name, surplus] :
       {std::pair{"interrupts", &facts.interrupts}, std::pair{"softirqs", &facts.softirqs}}) {
    if (surplus->count >= 1.0) {
      add(name, surplus->name);
      event.fields.emplace_back(std::string{name} + "_surplus", std::round(surplus->count));
    }
  }
  if (facts.frequency) {
    add("frequency_share", *facts.frequency);
  }
  add("housekeeping_overslept_us", microseconds(facts.overslept));
  if (facts.competitor) {
    add("competitor", facts.competitor->name);
    add("competitor_thread", static_cast<std::int64_t>(facts.competitor->thread));
    add("competitor_policy", facts.competitor->policy);
    add("competitor_priority", static_cast<std::int64_t>(facts.competitor->priority));
    add("competitor_ran_us", microseconds(facts.competitor->ran));
  }
  return event;
}

}  // namespace isotherm::app
