#include "diagnose/cause.hpp"

#include <algorithm>

namespace isotherm::diagnose {
namespace {

using core::Nanoseconds;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr Nanoseconds kNothing{0};

constexpr int kUsualFactor = 4;
constexpr int kPeriodShare = 20;
constexpr Nanoseconds kAlwaysNotable = microseconds{200};

// What an interrupt or a softirq keeps its core for, with entry and exit: 1 to 5 us on the boards
// and virtual machines that this was tried on.
constexpr Nanoseconds kInterruptCost = microseconds{3};
// One of a storm does the work of several at a time (all timers that have expired meanwhile), and
// where each is an exit to the hypervisor it takes 15 us. Believed where nothing else is seen.
constexpr Nanoseconds kStormInterruptCost = microseconds{20};
// So many times the usual are a storm.
constexpr double kStormFactor = 4.0;
// And at most, as far as the kernel's own measurement of the time is believed: it is the state at
// each tick, so that a single one may stand for 10 ms.
constexpr Nanoseconds kInterruptCostMost = microseconds{100};
// A page fault that memory serves: 0.5 us on a PC to 30 us in a virtual machine that has to fetch
// the page from its host first.
constexpr Nanoseconds kMinorFaultCost = microseconds{20};
// Interrupts that come in a burst come in a part of the interval: a twentieth of it, or the slot
// where that was longer.
constexpr double kBurst = 20.0;
// A frequency below this share of the usual one counts as a drop.
constexpr double kSlowCore = 0.8;
// Readers that have used this share of their core may have used up what the kernel allows (0.95).
constexpr double kThrottledShare = 0.8;
// Shorter is the error of reading two clocks one after the other.
constexpr Nanoseconds kRealSuspend = milliseconds{1};
// Shorter is how late housekeeping, which is not real-time, wakes up on any machine.
constexpr Nanoseconds kRealStandstill = milliseconds{5};

Nanoseconds scaled(Nanoseconds time, double factor) noexcept {
  return Nanoseconds{static_cast<std::int64_t>(static_cast<double>(time.count()) * factor)};
}

// All claims are between nothing and the excess.
class Claims {
 public:
  explicit Claims(Nanoseconds excess) noexcept : excess_(excess) {}

  void set(Cause cause, Nanoseconds claim) noexcept {
    claims_[static_cast<std::size_t>(cause)] = std::clamp(claim, kNothing, excess_);
  }
  [[nodiscard]] Nanoseconds of(Cause cause) const noexcept {
    return claims_[static_cast<std::size_t>(cause)];
  }
  [[nodiscard]] Judgement largest() const noexcept {
    const auto most = std::max_element(claims_.begin(), claims_.end());  // the first of equals
    if (*most * 4 < excess_) {
      return {.cause = Cause::Unknown, .sure = false, .explained = kNothing};
    }
    return {.cause = static_cast<Cause>(most - claims_.begin()),
            .sure = *most * 4 >= excess_ * 3,
            .explained = *most};
  }

 private:
  Nanoseconds excess_;
  std::array<Nanoseconds, kCauseCount> claims_{};
};

// A thread that is stopped, or whose machine is, does not wait for a core meanwhile; one that is
// kept off does. On a single core, a busy real-time thread makes housekeeping oversleep as well.
Nanoseconds stood_still(const SlotFacts& facts) noexcept {
  const Nanoseconds excess = facts.excess();
  const bool waited_for_core =
      facts.queue_time.value_or(kNothing) * 4 > excess || facts.own_queue_time * 4 > excess;
  const bool too_short = facts.overslept < kRealStandstill || facts.overslept * 2 < excess;
  return waited_for_core || too_short ? kNothing : facts.overslept;
}

bool throttled(const SlotFacts& facts, Nanoseconds waited) noexcept {
  return facts.throttle_pause > kNothing && facts.realtime_share >= kThrottledShare &&
         waited * 2 >= facts.throttle_pause && waited * 5 <= facts.throttle_pause * 6;
}

// What so many interrupts take of a core, if each takes so long.
Nanoseconds cost_of(const Surplus& surplus, Nanoseconds each) noexcept {
  return scaled(each, std::max(surplus.count, 0.0));
}

// All of the surplus is taken to have come within a twentieth of the interval; this is the part of
// it that the slot had time for.
double share_within_slot(const SlotFacts& facts) noexcept {
  if (facts.interval <= kNothing) {
    return 1.0;
  }
  return std::min(1.0, kBurst * static_cast<double>(facts.done().count()) /
                           static_cast<double>(facts.interval.count()));
}

// The time that the kernel measured, interrupts and softirqs together, goes to those that counted
// more: it is measured by the state at each tick, which takes a storm of one for the other.
void claim_interrupts(const SlotFacts& facts, Claims& claims) noexcept {
  Nanoseconds hard = cost_of(facts.interrupts, kInterruptCost);
  Nanoseconds soft = cost_of(facts.softirqs, kInterruptCost);
  const bool mostly_soft = soft > hard;
  const Nanoseconds measured =
      std::min(facts.interrupt_time + facts.softirq_time,
               cost_of(mostly_soft ? facts.softirqs : facts.interrupts, kInterruptCostMost));
  Nanoseconds& more = mostly_soft ? soft : hard;
  more = std::max(more, measured);
  const double within_slot = share_within_slot(facts);
  claims.set(Cause::Interrupts, scaled(hard, within_slot));
  claims.set(Cause::Softirqs, scaled(soft, within_slot));
}

void claim_waiting(const SlotFacts& facts, Claims& claims) noexcept {
  const Nanoseconds waited = facts.queue_time.value_or(kNothing);
  if (facts.competitor) {
    const Nanoseconds ran = facts.competitor->ran;
    if (facts.queue_time && ran * 2 >= waited) {
      claims.set(Cause::Competitor, waited);
      return;
    }
    if (!facts.queue_time && facts.involuntary_switches >= 1.0) {
      claims.set(Cause::Competitor, ran);
      return;
    }
  }
  if (throttled(facts, waited)) {
    claims.set(Cause::Throttled, waited);
    return;
  }
  // The interrupts that came while it waited, and the hypervisor, are better names for it.
  claims.set(Cause::KeptOff, waited - claims.of(Cause::Interrupts) - claims.of(Cause::Softirqs) -
                                 claims.of(Cause::Steal));
}

void claim_reading(const SlotFacts& facts, Claims& claims) noexcept {
  const auto sensors = static_cast<std::int64_t>(std::max<std::size_t>(facts.sensors, 1));
  const Nanoseconds longer = facts.costliest - facts.usual_busy / sensors;
  Nanoseconds not_its_fault{0};
  for (const Cause cause :
       {Cause::Suspend, Cause::Standstill, Cause::Competitor, Cause::Throttled, Cause::PageFaults,
        Cause::Interrupts, Cause::Softirqs, Cause::Frequency, Cause::KeptOff}) {
    not_its_fault += claims.of(cause);
  }
  claims.set(Cause::SlowSensor, longer - not_its_fault);
  if (longer * 2 > facts.excess()) {
    // What is stolen from a core is stolen at any time, and most of the time nothing is read.
    claims.set(Cause::Steal, claims.of(Cause::Steal) / 2);
  }
}

// What a storm may have taken, if nothing else has, of a slot that had time for all of it.
Judgement blame_storm(const SlotFacts& facts) noexcept {
  const bool softirqs = facts.softirqs.count > facts.interrupts.count;
  const Surplus& surplus = softirqs ? facts.softirqs : facts.interrupts;
  if (surplus.count <= kStormFactor * surplus.usual || share_within_slot(facts) < 1.0) {
    return {};
  }
  Claims claims(facts.excess());
  claims.set(softirqs ? Cause::Softirqs : Cause::Interrupts, cost_of(surplus, kStormInterruptCost));
  Judgement judgement = claims.largest();
  judgement.sure = false;
  return judgement;
}

}  // namespace

std::string_view cause_word(Cause cause) noexcept {
  switch (cause) {
    case Cause::WithinUsual:
      return "within_usual";
    case Cause::Suspend:
      return "suspend";
    case Cause::Standstill:
      return "standstill";
    case Cause::Competitor:
      return "competitor";
    case Cause::Throttled:
      return "throttled";
    case Cause::PageFaults:
      return "page_faults";
    case Cause::SlowSensor:
      return "slow_sensor";
    case Cause::Interrupts:
      return "interrupts";
    case Cause::Softirqs:
      return "softirqs";
    case Cause::Steal:
      return "steal";
    case Cause::Frequency:
      return "frequency";
    case Cause::KeptOff:
      return "kept_off";
    case Cause::Unknown:
      break;
  }
  return "unknown";
}

bool beyond_usual(Nanoseconds done, Nanoseconds usual, Nanoseconds period) noexcept {
  return done > usual * kUsualFactor &&
         done - usual > std::min(period / kPeriodShare, kAlwaysNotable);
}

Judgement judge(const SlotFacts& facts) noexcept {
  const Nanoseconds excess = facts.excess();
  if (!beyond_usual(facts.done(), facts.usual(), facts.period)) {
    return {.cause = Cause::WithinUsual, .sure = true, .explained = kNothing};
  }
  Claims claims(excess);
  if (facts.suspended >= kRealSuspend) {
    // The monotonic clock stands still in a suspend, so the slot is late by what waking up took.
    claims.set(Cause::Suspend, excess);
  }
  claims.set(Cause::Standstill, stood_still(facts));
  claims.set(Cause::Steal, facts.steal);
  claim_interrupts(facts, claims);
  if (facts.frequency && *facts.frequency < kSlowCore) {
    claims.set(Cause::Frequency, scaled(facts.done(), 1.0 - *facts.frequency));
  }
  claim_waiting(facts, claims);
  const Nanoseconds faults = scaled(kMinorFaultCost, std::max(facts.minor_faults, 0.0));
  // How long the disk took is not counted anywhere: all but what it waited for its core.
  claims.set(Cause::PageFaults, facts.major_faults >= 1.0 ? excess - claims.of(Cause::Competitor) -
                                                                claims.of(Cause::Throttled)
                                                          : faults);
  claim_reading(facts, claims);
  const Judgement judgement = claims.largest();
  if (judgement.cause == Cause::Unknown || judgement.cause == Cause::KeptOff) {
    const Judgement storm = blame_storm(facts);
    if (storm.cause != Cause::Unknown && storm.explained >= judgement.explained) {
      return storm;
    }
  }
  return judgement;
}

}  // namespace isotherm::diagnose
