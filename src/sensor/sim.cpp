#include "sensor/sim.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "core/realtime_section.hpp"
#include "core/setup_error.hpp"

namespace isotherm::sensor {
namespace {

// Streams of random numbers; normal() takes two.
constexpr std::uint64_t kNoise = 0;
constexpr std::uint64_t kFault = 2;
constexpr std::uint64_t kSpike = 3;
constexpr std::uint64_t kStall = 4;
constexpr std::uint64_t kPhase = 5;

// Two sines, two draws and a normal deviate, with room for a slow core.
constexpr core::Nanoseconds kComputation = std::chrono::microseconds{10};

double seconds(core::Nanoseconds duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}

// FNV-1a, so that two sensors differ by their names and a sensor is the same in every run.
std::uint64_t seed_of(const SensorSettings& settings) noexcept {
  if (settings.sim.seed != 0) {
    return settings.sim.seed;
  }
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : settings.name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return hash;
}

void require(bool holds, const SensorSettings& settings, const char* problem, const char* mend) {
  if (!holds) {
    throw core::SetupError(core::ExitCode::Config,
                           "sensor \"" + settings.name + "\": " + std::string{problem},
                           settings.where, mend);
  }
}

bool is_share(double rate) noexcept { return rate >= 0.0 && rate <= 1.0; }

void validate(const SensorSettings& settings) {
  const SimSettings& sim = settings.sim;
  constexpr double kRounding = 1e-9;
  double total = 0.0;
  for (const auto& [fault, rate] : sim.fault_rates) {
    require(fault != core::Fault::None, settings, "\"none\" is not a fault", "name a fault");
    require(is_share(rate), settings, "a fault rate is a share of the slots",
            "give a number from 0 to 1");
    total += rate;
  }
  for (const auto& [fault, slots] : sim.fault_slots) {
    require(fault != core::Fault::None, settings, "\"none\" is not a fault", "name a fault");
  }
  require(total <= 1.0 + kRounding, settings, "the fault rates add up to more than 1",
          "lower them: each is a share of the same slots");
  require(is_share(sim.spike_rate), settings, "the spike rate is a share of the slots",
          "give a number from 0 to 1");
  require(is_share(sim.stall_rate), settings, "the stall rate is a share of the slots",
          "give a number from 0 to 1");
  require(sim.cycle > core::Nanoseconds{0}, settings, "the cycle has no length",
          "give a duration above 0, such as \"60 s\"");
  require(sim.stall >= core::Nanoseconds{0}, settings, "the stall is negative",
          "give a duration of 0 or more");
  require(sim.noise >= 0.0 && std::isfinite(sim.noise), settings, "the noise is negative",
          "give a standard deviation in degC, 0 or more");
  require(sim.resolution >= 0.0 && std::isfinite(sim.resolution), settings,
          "the resolution is negative", "give a step in degC, or 0 for none");
}

std::vector<std::uint64_t> sorted(std::vector<std::uint64_t> slots) {
  std::sort(slots.begin(), slots.end());
  return slots;
}

}  // namespace

ThermalModel::ThermalModel(const SimSettings& settings, const CounterRandom& random) noexcept
    : mean_(settings.mean), waves_{} {
  constexpr double kFastShare = 0.15;
  constexpr double kFastCycles = 7.0;
  constexpr double kLagCycles = 1.0 / 40.0;
  const double slow = 2.0 * std::numbers::pi / seconds(settings.cycle);
  const double lag = seconds(settings.cycle) * kLagCycles;
  const std::array<Wave, 2> room{
      {{settings.swing, slow, 0.0}, {settings.swing * kFastShare, slow * kFastCycles, 0.0}}};
  for (std::size_t i = 0; i < waves_.size(); ++i) {
    const double behind = room[i].radians_per_second * lag;
    waves_[i].amplitude = room[i].amplitude / std::sqrt(1.0 + behind * behind);
    waves_[i].radians_per_second = room[i].radians_per_second;
    waves_[i].phase = 2.0 * std::numbers::pi * random.uniform(i, kPhase) - std::atan(behind);
  }
}

double ThermalModel::at(core::Nanoseconds since_origin) const noexcept {
  const double t = seconds(since_origin);
  double value = mean_;
  for (const Wave& wave : waves_) {
    value += wave.amplitude * std::sin(wave.radians_per_second * t + wave.phase);
  }
  return value;
}

SimSensor::SimSensor(const SensorSettings& settings, const core::Clock& clock)
    : clock_(clock),
      random_(seed_of(settings)),
      model_(settings.sim, random_),
      conditioning_(settings),
      noise_(settings.sim.noise),
      resolution_(settings.sim.resolution),
      spike_rate_(settings.sim.spike_rate),
      spike_(settings.sim.spike),
      stall_rate_(settings.sim.stall_rate),
      stall_(settings.sim.stall),
      stall_slots_(sorted(settings.sim.stall_slots)) {
  validate(settings);
  for (const auto& [fault, slots] : settings.sim.fault_slots) {
    for (const std::uint64_t ordinal : slots) {
      fault_slots_.push_back({ordinal, fault});
    }
  }
  std::stable_sort(fault_slots_.begin(), fault_slots_.end());
  double below = 0.0;
  for (const auto& [fault, rate] : settings.sim.fault_rates) {
    below += rate;
    fault_shares_.push_back({below, fault});
  }
}

core::Fault SimSensor::injected_fault(std::uint64_t ordinal) const noexcept {
  const auto slot = std::lower_bound(fault_slots_.begin(), fault_slots_.end(),
                                     FaultSlot{ordinal, core::Fault::None});
  if (slot != fault_slots_.end() && slot->ordinal == ordinal) {
    return slot->fault;
  }
  if (!fault_shares_.empty()) {
    const double draw = random_.uniform(ordinal, kFault);
    for (const FaultShare& share : fault_shares_) {
      if (draw < share.below) {
        return share.fault;
      }
    }
  }
  return core::Fault::None;
}

bool SimSensor::stalls(std::uint64_t ordinal) const noexcept {
  return (stall_rate_ > 0.0 && random_.uniform(ordinal, kStall) < stall_rate_) ||
         std::binary_search(stall_slots_.begin(), stall_slots_.end(), ordinal);
}

core::Reading SimSensor::read(const core::SlotInfo& slot) noexcept {
  if (stalls(slot.ordinal)) {
    // On purpose: here a device is to keep its reader waiting.
    const core::RealtimeSection waiting(core::RealtimePhase::Waiting);
    // Interrupted, it returns early: the reader has been asked to stop.
    clock_.sleep_until(clock_.now() + stall_);
  }
  const core::Fault fault = injected_fault(slot.ordinal);
  if (fault != core::Fault::None) {
    return core::Reading::faulty(fault);
  }
  double value = model_.at(slot.since_origin);
  if (noise_ > 0.0) {
    value += noise_ * random_.normal(slot.ordinal, kNoise);
  }
  if (spike_rate_ > 0.0 && random_.uniform(slot.ordinal, kSpike) < spike_rate_) {
    value += spike_;
  }
  if (resolution_ > 0.0) {
    value = std::round(value / resolution_) * resolution_;
  }
  return conditioning_.apply(value);
}

core::Nanoseconds SimSensor::declared_worst_case() const noexcept {
  const bool may_stall = stall_rate_ > 0.0 || !stall_slots_.empty();
  return kComputation + (may_stall ? stall_ : core::Nanoseconds{0});
}

core::Nanoseconds SimSensor::declared_best_case() const noexcept {
  return stall_rate_ >= 1.0 ? stall_ : core::Nanoseconds{0};
}

}  // namespace isotherm::sensor
