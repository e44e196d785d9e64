#include "sensor/sim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using core::Fault;
using core::Nanoseconds;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr Nanoseconds kPeriod = 1ms;

core::SlotInfo slot(std::uint64_t ordinal) {
  return {ordinal, kPeriod * static_cast<std::int64_t>(ordinal)};
}

sensor::SensorSettings sim(const std::string& name = "probe") {
  sensor::SensorSettings settings;
  settings.name = name;
  settings.where = "isotherm.toml:12";
  return settings;
}

TEST(SimTest, AReadingDependsOnItsSlotAlone) {
  Bench bench;
  auto settings = sim();
  settings.sim.fault_rates[Fault::Crc] = 0.1;
  settings.sim.spike_rate = 0.1;
  const auto all = bench.make(settings);
  const auto some = bench.make(settings);
  for (std::uint64_t n = 0; n < 1000; ++n) {
    const core::Reading reading = all->read(slot(n));
    if (n % 7 == 0) {
      const core::Reading again = some->read(slot(n));
      EXPECT_EQ(again.fault, reading.fault);
      EXPECT_EQ(again.value, reading.value);
    }
  }
}

TEST(SimTest, NamesAndSeedsMakeDifferentSensors) {
  Bench bench;
  auto seeded = sim("b");
  seeded.sim.seed = 42;
  const auto a = bench.make(sim("a"));
  const auto b = bench.make(sim("b"));
  const auto c = bench.make(seeded);
  int equal = 0;
  for (std::uint64_t n = 0; n < 1000; ++n) {
    const double value = b->read(slot(n)).value;
    equal += static_cast<int>(a->read(slot(n)).value == value);
    equal += static_cast<int>(c->read(slot(n)).value == value);
  }
  EXPECT_LT(equal, 200);
}

TEST(SimTest, TheTemperatureStaysInTheSwingAndUsesIt) {
  Bench bench;
  auto settings = sim();
  settings.sim.mean = 100.0;
  settings.sim.swing = 10.0;
  settings.sim.noise = 0.0;
  settings.sim.resolution = 0.0;
  const auto sensor = bench.make(settings);
  double low = 1e9;
  double high = -1e9;
  double sum = 0.0;
  constexpr int kReadings = 60'000;  // one cycle of 60 s
  for (std::uint64_t n = 0; n < kReadings; ++n) {
    const double value = sensor->read(slot(n)).value;
    low = std::min(low, value);
    high = std::max(high, value);
    sum += value;
  }
  EXPECT_GE(low, 100.0 - 11.5);
  EXPECT_LE(high, 100.0 + 11.5);
  EXPECT_LT(low, 100.0 - 9.0);
  EXPECT_GT(high, 100.0 + 9.0);
  EXPECT_NEAR(sum / kReadings, 100.0, 0.01);
}

TEST(SimTest, ThermalMassAllowsNoJumps) {
  Bench bench;
  auto settings = sim();
  settings.sim.noise = 0.0;
  settings.sim.resolution = 0.0;
  const auto sensor = bench.make(settings);
  double last = sensor->read(slot(0)).value;
  for (std::uint64_t n = 1; n < 60'000; ++n) {
    const double value = sensor->read(slot(n)).value;
    // 2 degC * 2 pi / 60 s, and twice that for the fast wave: under 0.001 degC in 1 ms.
    ASSERT_LT(std::abs(value - last), 0.001);
    last = value;
  }
}

TEST(SimTest, NoiseHasItsStandardDeviation) {
  Bench bench;
  auto settings = sim();
  settings.sim.swing = 0.0;
  settings.sim.noise = 0.5;
  settings.sim.resolution = 0.0;
  const auto sensor = bench.make(settings);
  constexpr int kReadings = 100'000;
  double sum = 0.0;
  double squares = 0.0;
  for (std::uint64_t n = 0; n < kReadings; ++n) {
    const double deviation = sensor->read(slot(n)).value - 21.0;
    sum += deviation;
    squares += deviation * deviation;
  }
  EXPECT_NEAR(sum / kReadings, 0.0, 0.01);
  EXPECT_NEAR(std::sqrt(squares / kReadings), 0.5, 0.01);
}

TEST(SimTest, ValuesAreWholeStepsOfTheResolution) {
  Bench bench;
  const auto sensor = bench.make(sim());
  for (std::uint64_t n = 0; n < 1000; ++n) {
    const double steps = sensor->read(slot(n)).value / 0.0625;
    EXPECT_EQ(steps, std::round(steps));
  }
}

TEST(SimTest, FaultRatesAreSharesOfTheSlots) {
  Bench bench;
  auto settings = sim();
  settings.sim.fault_rates[Fault::Crc] = 0.05;
  settings.sim.fault_rates[Fault::Timeout] = 0.02;
  const auto sensor = bench.make(settings);
  constexpr double kSlots = 200'000;
  core::FaultCounts counts{};
  for (std::uint64_t n = 0; n < 200'000; ++n) {
    ++counts[core::index_of(sensor->read(slot(n)).fault)];
  }
  // Five standard deviations of a binomial count are 0.0025 and 0.0016 of the slots.
  EXPECT_NEAR(static_cast<double>(counts[core::index_of(Fault::Crc)]) / kSlots, 0.05, 0.0025);
  EXPECT_NEAR(static_cast<double>(counts[core::index_of(Fault::Timeout)]) / kSlots, 0.02, 0.0016);
  EXPECT_NEAR(static_cast<double>(counts[core::index_of(Fault::None)]) / kSlots, 0.93, 0.0029);
}

TEST(SimTest, ARateOfOneIsEverySlot) {
  Bench bench;
  auto settings = sim();
  settings.sim.fault_rates[Fault::Absent] = 1.0;
  const auto sensor = bench.make(settings);
  for (std::uint64_t n = 0; n < 1000; ++n) {
    ASSERT_EQ(sensor->read(slot(n)).fault, Fault::Absent);
  }
}

TEST(SimTest, EachFaultHappensAtItsSlots) {
  Bench bench;
  auto settings = sim();
  for (std::uint64_t i = 1; i < core::kFaultCount; ++i) {
    settings.sim.fault_slots[static_cast<Fault>(i)] = {100 * i + 3, 100 * i, 5'000'000'000 + i};
  }
  const auto sensor = bench.make(settings);
  std::uint64_t faulty = 0;
  for (std::uint64_t n = 0; n < 2000; ++n) {
    faulty += static_cast<std::uint64_t>(sensor->read(slot(n)).fault != Fault::None);
  }
  EXPECT_EQ(faulty, 2 * (core::kFaultCount - 1));
  for (std::size_t i = 1; i < core::kFaultCount; ++i) {
    EXPECT_EQ(sensor->read(slot(100 * i)).fault, static_cast<Fault>(i));
    EXPECT_EQ(sensor->read(slot(100 * i + 3)).fault, static_cast<Fault>(i));
    EXPECT_EQ(sensor->read(slot(5'000'000'000 + i)).fault, static_cast<Fault>(i));
  }
}

TEST(SimTest, StallsTakeTheirTimeOnTheReader) {
  Bench bench;
  auto settings = sim();
  settings.sim.stall = 5ms;
  settings.sim.stall_slots = {3, 1};
  const auto sensor = bench.make(settings);
  for (std::uint64_t n = 0; n < 5; ++n) {
    const core::MonotonicTime before = bench.clock.now();
    EXPECT_EQ(sensor->read(slot(n)).fault, Fault::None);
    EXPECT_EQ(bench.clock.now() - before, n == 1 || n == 3 ? Nanoseconds{5ms} : Nanoseconds{0});
  }
  EXPECT_GE(sensor->declared_worst_case(), Nanoseconds{5ms});
  EXPECT_LT(bench.make(sim())->declared_worst_case(), Nanoseconds{1ms});
}

TEST(SimTest, StallRatesAreSharesOfTheSlots) {
  Bench bench;
  auto settings = sim();
  settings.sim.stall = 1s;
  settings.sim.stall_rate = 0.05;
  const auto sensor = bench.make(settings);
  const core::MonotonicTime start = bench.clock.now();
  for (std::uint64_t n = 0; n < 100'000; ++n) {
    (void)sensor->read(slot(n));
  }
  const double stalls = std::chrono::duration<double>(bench.clock.now() - start).count();
  EXPECT_NEAR(stalls / 100'000, 0.05, 0.0035);
}

TEST(SimTest, SpikesAreAddedAtTheirRate) {
  Bench bench;
  auto settings = sim();
  settings.sim.spike_rate = 0.01;
  settings.sim.spike = 50.0;
  settings.range = sensor::Range{0.0, 40.0};
  const auto sensor = bench.make(settings);
  int out_of_range = 0;
  for (std::uint64_t n = 0; n < 100'000; ++n) {
    out_of_range += static_cast<int>(sensor->read(slot(n)).fault == Fault::OutOfRange);
  }
  EXPECT_NEAR(out_of_range, 1000, 160);
}

TEST(SimTest, ContradictionsAreRefused) {
  Bench bench;
  auto settings = sim();
  settings.sim.fault_rates = {{Fault::Crc, 0.6}, {Fault::Nack, 0.6}};
  EXPECT_THAT(bench.refusal(settings), HasSubstr("add up to more than 1"));
  settings.sim.fault_rates = {{Fault::Crc, -0.1}};
  EXPECT_THAT(bench.refusal(settings), HasSubstr("from 0 to 1"));
  settings = sim();
  settings.sim.cycle = 0s;
  EXPECT_THAT(bench.refusal(settings), HasSubstr("cycle"));
  settings = sim();
  settings.sim.noise = -1.0;
  EXPECT_THAT(bench.refusal(settings), HasSubstr("noise"));
  settings = sim();
  settings.sim.stall_rate = 2.0;
  EXPECT_THAT(bench.refusal(settings), HasSubstr("stall rate"));
}

TEST(SimTest, OnlyAStallAtEachReadingIsCertain) {
  Bench bench;
  auto settings = sim();
  settings.sim.stall = 5ms;
  EXPECT_EQ(bench.make(settings)->declared_best_case(), 0ns);
  settings.sim.stall_rate = 0.99;
  EXPECT_EQ(bench.make(settings)->declared_best_case(), 0ns);
  settings.sim.stall_rate = 1.0;
  EXPECT_EQ(bench.make(settings)->declared_best_case(), 5ms);
}

}  // namespace
}  // namespace isotherm::test
