// The accounting under random circumstances: periods, divisors, faults, misses, drops, stalls and
// clock steps, seeded. Whatever happens, each slot stands in exactly one row, that of its time.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "aggregate/simulated_station.hpp"

namespace isotherm::aggregate {
namespace {

using core::Nanoseconds;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using test::SimulatedReader;
using test::SimulatedStation;
using test::SlotPlan;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  // From low to high, both included.
  std::int64_t roll(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>{low, high}(engine_);
  }
  bool one_in(std::int64_t n) { return roll(1, n) == 1; }

 private:
  std::mt19937_64 engine_;
};

struct Trouble {
  bool misses = false;
  bool small_rings = false;
};

// Slots are missed in bursts of all sensors, as when a reader is busy, and singly.
void plan_slots(SimulatedReader& reader, Dice& dice, const Trouble& trouble) {
  reader.plan = [&dice, trouble, burst_end = std::uint64_t{0}](std::uint64_t slot,
                                                               std::size_t) mutable {
    SlotPlan plan;
    if (trouble.misses && slot >= burst_end && dice.one_in(300)) {
      burst_end = slot + static_cast<std::uint64_t>(dice.roll(1, dice.one_in(5) ? 400 : 20));
    }
    plan.missed = slot < burst_end || (trouble.misses && dice.one_in(100));
    if (dice.one_in(20)) {
      plan.fault = static_cast<core::Fault>(dice.roll(1, core::kFaultCount - 1));
    }
    plan.value = 20.0 + 1e-3 * static_cast<double>(dice.roll(-500, 500));
    plan.lateness = Nanoseconds{dice.roll(0, 2'000'000)};
    return plan;
  };
}

void add_readers(SimulatedStation& station, Dice& dice, const Trouble& trouble) {
  const std::int64_t readers = dice.roll(1, 3);
  for (std::int64_t i = 0; i < readers; ++i) {
    std::vector<std::uint32_t> every(static_cast<std::size_t>(dice.roll(1, 4)));
    for (std::uint32_t& divisor : every) {
      divisor = static_cast<std::uint32_t>(dice.one_in(3) ? dice.roll(1, 40) : 1);
    }
    const auto capacity = static_cast<std::size_t>(trouble.small_rings ? dice.roll(1, 60) : 20'000);
    const Nanoseconds period = microseconds{dice.roll(700, dice.one_in(4) ? 400'000 : 15'000)};
    plan_slots(station.add("r" + std::to_string(i) + "-", period, every, capacity), dice, trouble);
  }
}

// A step of the wall clock: by hours, by seconds, by a few windows, or too small to be one.
Nanoseconds random_step(Dice& dice) {
  constexpr std::array<std::int64_t, 4> kMilliseconds{36'000'000, 5'000, 300, 15};
  const std::int64_t limit = kMilliseconds.at(static_cast<std::size_t>(dice.roll(0, 3)));
  return microseconds{dice.roll(-limit * 1000, limit * 1000)};
}

void live_through(SimulatedStation& station, Dice& dice) {
  const std::int64_t stretches = dice.roll(5, 30);
  for (std::int64_t i = 0; i < stretches; ++i) {
    station.stalled = dice.one_in(5);
    station.tick_interval = milliseconds{dice.roll(1, 60)};
    station.run_for(microseconds{dice.roll(1, 400'000)});
    if (dice.one_in(3)) {
      station.clock.step_wall(random_step(dice));
    }
    station.clock.set_synced(dice.one_in(2));
  }
}

class AccountingPropertyTest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(AccountingPropertyTest, EverySlotStandsInExactlyOneRowThatOfItsTime) {
  for (std::uint64_t i = 0; i < 25; ++i) {
    const std::uint64_t seed = GetParam() * 1000 + i;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice{seed};
    const Trouble trouble{dice.one_in(2), dice.one_in(2)};
    constexpr std::array<Nanoseconds, 3> kWindows{milliseconds{100}, milliseconds{250},
                                                  milliseconds{1000}};
    const Nanoseconds window = kWindows.at(static_cast<std::size_t>(dice.roll(0, 2)));
    SimulatedStation station{window};
    add_readers(station, dice, trouble);
    station.clock.advance(microseconds{dice.roll(0, 3'000'000)});
    station.start(microseconds{dice.roll(0, 50'000)});
    live_through(station, dice);
    station.finish();
    station.expect_exact_account();
    for (const core::Row& row : station.sink.rows) {
      EXPECT_EQ(row.time.time_since_epoch() % window, Nanoseconds{0});
    }
    if (HasFailure()) {
      break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AccountingPropertyTest, ::testing::Range<std::uint64_t>(1, 5));

}  // namespace
}  // namespace isotherm::aggregate
