// Why a slot was bad: a pure function from what was seen around it to the most likely cause.
//
// Each cause that the machine gives signs of claims a part of the time by which the slot was worse
// than usual: what the kernel measured (waiting for a core, steal), what the reader measured (the
// sensor's read), or counts times an assumed cost (interrupts, page faults). The largest claim
// names the cause. docs/evidence.md explains the rules for those who read the result.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "diagnose/competitors.hpp"

namespace isotherm::diagnose {

// In the order in which they are believed where two claim the same.
enum class Cause : std::uint8_t {
  WithinUsual,  // no cause needed
  Suspend,      // the machine was suspended
  Standstill,   // the whole station stood still: stopped, frozen, or its machine was
  Competitor,   // another thread had the core
  Throttled,    // the kernel's limit on real-time threads took the core away
  PageFaults,   // of the reader's thread
  SlowSensor,   // its read took the time
  Interrupts,   // of the core
  Softirqs,     // likewise
  Steal,        // the hypervisor ran something else on the core
  Frequency,    // the core ran slower than usual
  KeptOff,      // it waited for its core, and who had it was not to be seen
  Unknown,
};
inline constexpr std::size_t kCauseCount = static_cast<std::size_t>(Cause::Unknown) + 1;

// "slow_sensor": the same in the event log, in JSON and in the docs.
[[nodiscard]] std::string_view cause_word(Cause cause) noexcept;

// A row of /proc/interrupts or /proc/softirqs that counted more than usual.
struct Surplus {
  std::string name;
  double count = 0.0;  // beyond the usual
  double usual = 0.0;  // in as long a time
};

// What is known of a slot and of the time between the two looks at the machine that hold it.
// Counts and times of that interval are what exceeds the usual.
struct SlotFacts {
  core::Nanoseconds period{0};
  core::Nanoseconds lateness{0};
  core::Nanoseconds busy{0};
  core::Nanoseconds usual_lateness{0};  // medians of the run
  core::Nanoseconds usual_busy{0};
  core::Nanoseconds costliest{0};  // the longest read
  std::string sensor;              // whose
  std::size_t sensors = 1;         // that the reader has

  core::Nanoseconds interval{0};   // between the two looks
  core::Nanoseconds overslept{0};  // housekeeping's own sleep in it, beyond what was asked for
  core::Nanoseconds suspended{0};
  core::Nanoseconds own_queue_time{0};          // housekeeping waited for a core
  std::optional<core::Nanoseconds> queue_time;  // the reader did; nothing: the kernel does not say
  double voluntary_switches = 0.0;  // it waited, for a device or a lock: its sleeps are usual
  double involuntary_switches = 0.0;
  double minor_faults = 0.0;
  double major_faults = 0.0;
  bool migrated = false;
  Surplus interrupts;
  Surplus softirqs;
  core::Nanoseconds interrupt_time{0};
  core::Nanoseconds softirq_time{0};
  core::Nanoseconds steal{0};
  std::optional<double> frequency;  // as a share of the usual one
  std::optional<Competitor> competitor;
  // What the kernel's limit on real-time threads takes of a period (sched_rt_period_us), if they
  // use up the rest; 0: it has none.
  core::Nanoseconds throttle_pause{0};
  double realtime_share = 0.0;  // of the core, that the readers on it used in the last such period

  [[nodiscard]] core::Nanoseconds done() const noexcept { return lateness + busy; }
  [[nodiscard]] core::Nanoseconds usual() const noexcept { return usual_lateness + usual_busy; }
  // The time that is to be explained.
  [[nodiscard]] core::Nanoseconds excess() const noexcept { return done() - usual(); }
};

// Whether a slot of a reader was done so late that it needs a cause: later than four times the
// usual, and by a twentieth of the period or 200 us, whichever is less.
[[nodiscard]] bool beyond_usual(core::Nanoseconds done, core::Nanoseconds usual,
                                core::Nanoseconds period) noexcept;

struct Judgement {
  Cause cause = Cause::Unknown;
  // At least three quarters of the excess are explained; else between a quarter and that.
  bool sure = false;
  core::Nanoseconds explained{0};
};

[[nodiscard]] Judgement judge(const SlotFacts& facts) noexcept;

}  // namespace isotherm::diagnose
