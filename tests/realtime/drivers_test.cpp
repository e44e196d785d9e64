// Every driver and the reader's loop, at work: where this is linked with the guard (tests/guard),
// or built with RealtimeSanitizer, a call that is not right ends this program. The drivers read
// real files, through the real os::SysfsTree, below a folder laid out like /sys.
#include <gtest/gtest.h>

#include <fstream>

#include "acquire/reader.hpp"
#include "os/helper_thread.hpp"
#include "os/monotonic_clock.hpp"
#include "os/realtime_thread.hpp"
#include "os/sysfs_tree.hpp"
#include "os/temporary_tree.hpp"
#include "os/this_thread.hpp"
#include "sensor/make_sensor.hpp"
#include "support/fake_clock.hpp"

namespace isotherm::test {
namespace {

using sensor::DriverKind;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::uint64_t kSlots = 1000;
constexpr core::Nanoseconds kPeriod = milliseconds{1};
// A DS18B20 of 9 bits converts in 94 ms, and its transfers take 25.
constexpr std::uint32_t kW1Every = 125;

sensor::SensorSettings settings_of(DriverKind driver, const std::string& device) {
  sensor::SensorSettings settings;
  settings.name = std::string{sensor::driver_word(driver)} + "-" + device;
  settings.driver = driver;
  settings.device = device;
  settings.scale = 1.01;
  settings.offset = -0.5;
  settings.range = sensor::Range{-40.0, 125.0};
  settings.stuck_after = 50;
  settings.where = "isotherm.toml:1";
  return settings;
}

// A machine with one device of each kind, and a sensor on each.
class ReadersAtWorkTest : public ::testing::Test {
 protected:
  ReadersAtWorkTest() {
    tree.file("/sys/class/hwmon/hwmon0/name", "lm75");
    tree.file("/sys/class/hwmon/hwmon0/temp1_input", "20000");
    tree.file("/sys/class/hwmon/hwmon0/temp1_fault", "0");
    tree.file("/sys/class/thermal/thermal_zone0/type", "cpu-thermal");
    tree.file("/sys/class/thermal/thermal_zone0/temp", "48312");
    tree.file("/sys/bus/iio/devices/iio:device0/name", "adc");
    tree.file("/sys/bus/iio/devices/iio:device0/in_temp_input", "21000.500000");
    tree.file(kSlave + "/resolution", "9");
    tree.file(kSlave + "/w1_slave",
              "f6 00 55 05 7f a5 a5 66 ff : crc=ff YES\nf6 00 55 05 7f a5 a5 66 ff t=15375");
    tree.file("/replay.csv", "timestamp,value\na,1\nb,2");

    auto simulated = settings_of(DriverKind::Sim, "");
    simulated.sim.fault_rates[core::Fault::Crc] = 0.3;
    simulated.sim.stall_rate = 0.01;
    simulated.sim.stall = microseconds{100};
    simulated.sim.spike_rate = 0.1;
    auto replayed = settings_of(DriverKind::Replay, "");
    replayed.replay.file = tree.root() + "/replay.csv";
    replayed.replay.loop = true;
    auto w1 = settings_of(DriverKind::W1, "28-0316a2795aff");
    w1.every = kW1Every;
    for (const auto& settings :
         {settings_of(DriverKind::Hwmon, "lm75"), settings_of(DriverKind::Thermal, "cpu-thermal"),
          settings_of(DriverKind::Iio, "adc"), w1, simulated, replayed}) {
      sensors.push_back(sensor::make_sensor(settings, {files, helpers, fake_clock}, kPeriod));
      of_reader.push_back({sensors.back().get(), settings.every});
    }
  }

  [[nodiscard]] core::ReaderCounters& run(const core::Clock& clock, core::MonotonicTime origin,
                                          const acquire::ReaderSettings& settings) {
    counters = std::make_unique<core::ReaderCounters>(of_reader.size());
    acquire::Reader reader(settings, of_reader, ring.writer(), clock, *counters);
    reader.run(origin, kSlots);
    return *counters;
  }

  const std::string kSlave = "/sys/bus/w1/devices/28-0316a2795aff";
  TemporaryTree tree;
  os::SysfsTree files{tree.root()};
  os::PosixHelperThreads helpers{os::this_thread_cores()};
  FakeClock fake_clock;
  std::vector<std::unique_ptr<core::Sensor>> sensors;
  std::vector<acquire::ReaderSensor> of_reader;
  ring::SampleRing ring{2000};  // fills up on the way: a full ring counts, too
  std::unique_ptr<core::ReaderCounters> counters;
};

TEST_F(ReadersAtWorkTest, AThousandSlotsOfEveryDriver) {
  acquire::ReaderSettings settings;
  settings.period = kPeriod;
  const core::ReaderCounters& counted =
      run(fake_clock, fake_clock.now() + milliseconds{1}, settings);
  EXPECT_EQ(counted.slots.load(), kSlots);
  for (std::size_t i = 0; i < of_reader.size(); ++i) {
    const core::SensorCounters& sensor = counted.sensors[i];
    EXPECT_EQ(sensor.scheduled.load(), kSlots / of_reader[i].every) << i;
    EXPECT_EQ(sensor.scheduled.load(), sensor.good.load() + sensor.faulty.load() +
                                           sensor.missed.load() + sensor.dropped.load())
        << i;
  }
  EXPECT_GT(counted.sensors[0].good.load(), 0U);  // read, and not only refused
  EXPECT_GT(counted.sensors[4].faulty.load(), 0U);
  EXPECT_GT(counted.sensors[5].dropped.load(), 0U);
}

TEST_F(ReadersAtWorkTest, LateWakeUpsAndMissedSlots) {
  std::uint64_t sleeps = 0;
  fake_clock.oversleep = [&sleeps](core::MonotonicTime) {
    return ++sleeps % 10 == 0 ? core::Nanoseconds{3'200'000} : core::Nanoseconds{0};
  };
  acquire::ReaderSettings settings;
  settings.period = kPeriod;
  const core::ReaderCounters& counted =
      run(fake_clock, fake_clock.now() + milliseconds{1}, settings);
  EXPECT_GT(counted.missed_slots.load(), 0U);
  EXPECT_EQ(counted.slots.load() + counted.missed_slots.load(), kSlots);
}

TEST_F(ReadersAtWorkTest, DevicesThatHaveGone) {
  tree.file("/sys/class/hwmon/hwmon0/temp1_input", "no number");
  tree.file("/sys/class/thermal/thermal_zone0/temp", "");
  tree.file("/sys/bus/iio/devices/iio:device0/in_temp_input", "1e400");
  tree.remove(kSlave);
  acquire::ReaderSettings settings;
  settings.period = kPeriod;
  const core::ReaderCounters& counted =
      run(fake_clock, fake_clock.now() + milliseconds{1}, settings);
  EXPECT_EQ(counted.slots.load(), kSlots);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(counted.sensors[i].good.load(), 0U) << i;
  }
}

// On a thread of its own, with the real clock, real sleeps and the spin tail. How many slots are
// missed is the machine's business; that they are accounted for is the reader's.
TEST_F(ReadersAtWorkTest, ARealThreadWithASpinTail) {
  const os::MonotonicClock clock;
  acquire::ReaderSettings settings;
  settings.period = microseconds{200};
  settings.spin = microseconds{50};
  os::ThreadSpec spec;
  spec.name = "iso-at-work";
  spec.policy = core::SchedulingPolicy::Other;
  spec.cores = os::this_thread_cores();
  {
    os::RealtimeThread thread(
        spec, [&] { static_cast<void>(run(clock, clock.now() + milliseconds{1}, settings)); });
    thread.join();
  }
  EXPECT_TRUE(counters->finished.load());
  EXPECT_EQ(counters->slots.load() + counters->missed_slots.load(), kSlots);
}

}  // namespace
}  // namespace isotherm::test
