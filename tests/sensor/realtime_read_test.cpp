// No driver allocates while it reads. The counting operator new is this executable's, except in
// sanitized builds, where it is the sanitizer's and these tests are skipped.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <random>

#include "device_trees.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ISOTHERM_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ISOTHERM_SANITIZED
#endif
#endif

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

#ifndef ISOTHERM_SANITIZED
constexpr bool kCounting = true;
// NOLINTBEGIN(cppcoreguidelines-no-malloc): what replaces operator new cannot use it.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc)
#else
constexpr bool kCounting = false;
#endif

namespace isotherm::test {
namespace {

void expect_no_allocation(core::Sensor& sensor, const std::string& what) {
  (void)sensor.read({});
  const std::size_t before = allocations;
  for (std::uint64_t n = 0; n < 100; ++n) {
    (void)sensor.read({n, std::chrono::milliseconds{n}});
  }
  EXPECT_EQ(allocations - before, 0U) << what;
}

TEST(RealtimeReadTest, TheCounterCounts) {
  if (!kCounting) {
    GTEST_SKIP() << "the sanitizer has replaced operator new";
  }
  const std::size_t before = allocations;
  const std::string text(1000, 'x');
  EXPECT_GT(allocations, before);
  EXPECT_EQ(text.size(), 1000U);
}

TEST(RealtimeReadTest, NoDriverAllocatesWhileReading) {
  if (!kCounting) {
    GTEST_SKIP() << "the sanitizer has replaced operator new";
  }
  Bench bench;
  add_i2c_chip(bench.files, 0, "1-0048", "20000\n");
  bench.files.set("/sys/class/hwmon/hwmon0/temp1_fault", "0\n");
  add_zone(bench.files, 0, "cpu-thermal", "48312\n");
  bench.files.set("/sys/bus/iio/devices/iio:device0/name", "adc");
  bench.files.set("/sys/bus/iio/devices/iio:device0/in_temp_input", "21000.500000\n");
  bench.files.set("/sys/bus/w1/devices/28-0316a2795aff/w1_slave", "");
  const std::string csv = std::filesystem::temp_directory_path() /
                          ("isotherm-realtime-read-" + std::to_string(std::random_device{}()));
  std::ofstream(csv) << "timestamp,value\na,1\nb,2\n";

  using sensor::DriverKind;
  auto simulated = settings_of(DriverKind::Sim, "");
  simulated.sim.fault_rates[core::Fault::Crc] = 0.3;
  simulated.sim.stall_rate = 0.3;
  auto replayed = settings_of(DriverKind::Replay, "");
  replayed.replay.file = csv;
  for (const auto& settings :
       {settings_of(DriverKind::Hwmon, "1-0048"), settings_of(DriverKind::Thermal, "cpu-thermal"),
        settings_of(DriverKind::Iio, "adc"), settings_of(DriverKind::W1, "28-0316a2795aff"),
        simulated, replayed}) {
    const auto sensor = bench.make(settings);
    expect_no_allocation(*sensor, settings.device + settings.replay.file);
  }
  std::filesystem::remove(csv);

  const auto lost = bench.make(settings_of(DriverKind::Hwmon, "1-0048"));
  remove_i2c_chip(bench.files, 0, "1-0048");
  expect_no_allocation(*lost, "an absent device");
}

}  // namespace
}  // namespace isotherm::test
