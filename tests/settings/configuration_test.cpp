// Reading a configuration: what a good file becomes, and that settings keep their defaults.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "settings/default_configuration.hpp"
#include "settings/load_configuration.hpp"

namespace {

using namespace std::chrono_literals;
using isotherm::acquire::OverrunPolicy;
using isotherm::core::Fault;
using isotherm::core::SchedulingPolicy;
using isotherm::sensor::DriverKind;
using isotherm::settings::Configuration;
using isotherm::settings::Isolation;
using isotherm::settings::LoadResult;
using isotherm::settings::parse_configuration;
using isotherm::settings::Realtime;
using isotherm::store::LogFormat;

// The configuration of a text without mistakes.
Configuration good(const std::string& text) {
  const LoadResult result = parse_configuration(text, "etc/test.toml");
  for (const auto& diagnostic : result.diagnostics) {
    ADD_FAILURE() << diagnostic.text();
  }
  return result.configuration;
}

constexpr auto kSmallest = R"([[reader]]
name = "one"
[[reader.sensor]]
name = "a"
)";

TEST(ConfigurationTest, ASimulatedSensorNeedsOnlyItsName) {
  const auto configuration = good(kSmallest);
  ASSERT_EQ(configuration.readers.size(), 1U);
  const auto& reader = configuration.readers[0].reader;
  EXPECT_EQ(reader.name, "one");
  EXPECT_TRUE(reader.cores.empty());
  EXPECT_EQ(reader.period, 1s);
  EXPECT_EQ(reader.policy, SchedulingPolicy::Fifo);
  EXPECT_FALSE(reader.priority.has_value());
  EXPECT_EQ(reader.overrun, OverrunPolicy::Skip);
  EXPECT_EQ(reader.spin, 0s);
  EXPECT_EQ(reader.isolate, isotherm::acquire::Isolate::Boot);
  EXPECT_FALSE(configuration.station.cpu_dma_latency.has_value());
  ASSERT_EQ(configuration.readers[0].sensors.size(), 1U);
  const auto& sensor = configuration.readers[0].sensors[0];
  EXPECT_EQ(sensor.name, "a");
  EXPECT_EQ(sensor.driver, DriverKind::Sim);
  EXPECT_EQ(sensor.unit, "degC");
  EXPECT_EQ(sensor.every, 1U);
  EXPECT_FALSE(sensor.range.has_value());
}

TEST(ConfigurationTest, ASketchOfAKilnRoomIsReadWhole) {
  const auto configuration = good(R"(
[station]
name         = "kiln-room"
board        = "auto"          # a folder of board/, or "auto"
realtime     = "required"      # or "best-effort"
isolation    = "preferred"
stall_budget = "5 s"

[[reader]]
name     = "fast"
core     = "auto"
rate     = "100 Hz"
policy   = "fifo"
priority = 80
overrun  = "skip"
spin     = "0 us"

[[reader.sensor]]
name   = "inlet"
driver = "hwmon"
device = "1-0048"
input  = "temp1"
scale  = 1.0
offset = 0.0
range  = [-40, 125]

[log]
directory = "/var/log/isotherm"
window    = "1 s"
format    = "csv"
)");
  ASSERT_EQ(configuration.readers.size(), 1U);
  EXPECT_EQ(configuration.readers[0].reader.period, 10ms);
  EXPECT_EQ(configuration.readers[0].reader.priority, 80);
  EXPECT_EQ(configuration.readers[0].sensors[0].device, "1-0048");
}

TEST(ConfigurationTest, TablesThatAreLeftOutHaveTheirDefaults) {
  const auto configuration = good(kSmallest);
  EXPECT_EQ(configuration.file, "etc/test.toml");
  EXPECT_EQ(configuration.station.name, "isotherm");
  EXPECT_EQ(configuration.station.board, "auto");
  EXPECT_EQ(configuration.station.realtime, Realtime::Required);
  EXPECT_EQ(configuration.station.isolation, Isolation::Preferred);
  EXPECT_EQ(configuration.station.stall_budget, 5s);
  EXPECT_EQ(configuration.window.length, 1s);
  EXPECT_EQ(configuration.log.directory, "/var/log/isotherm");
  EXPECT_EQ(configuration.log.format, LogFormat::Csv);
  EXPECT_EQ(configuration.log.rotate_size, 67'108'864U);
  EXPECT_EQ(configuration.log.rotate_count, 10U);
  EXPECT_EQ(configuration.log.flush_interval, 0s);
  EXPECT_EQ(configuration.log.fsync_interval, 5s);
  EXPECT_EQ(configuration.log.buffer, 1'048'576U);
}

TEST(ConfigurationTest, EveryKeyOfStationAndLogIsTaken) {
  const auto configuration = good(std::string(R"(
[station]
name = "kiln-room"
board = "host-sim"
realtime = "best-effort"
isolation = "required"
stall_budget = "2.5 s"
housekeeping = [0, 1]
cpu_dma_latency = "20 us"
[log]
directory = "logs"
window = "15 min"
format = "jsonl"
rotate_size = "10 MB"
rotate_count = 3
flush = "30 s"
fsync = "0 s"
buffer = "64 KiB"
)") + kSmallest);
  EXPECT_EQ(configuration.station.name, "kiln-room");
  EXPECT_EQ(configuration.station.board, "host-sim");
  EXPECT_EQ(configuration.station.realtime, Realtime::BestEffort);
  EXPECT_EQ(configuration.station.isolation, Isolation::Required);
  EXPECT_EQ(configuration.station.stall_budget, 2500ms);
  EXPECT_EQ(configuration.station.housekeeping, (std::vector<unsigned>{0, 1}));
  EXPECT_EQ(configuration.station.cpu_dma_latency, 20us);
  EXPECT_EQ(configuration.log.directory, "logs");
  EXPECT_EQ(configuration.window.length, 15min);
  EXPECT_EQ(configuration.log.format, LogFormat::JsonLines);
  EXPECT_EQ(configuration.log.rotate_size, 10'000'000U);
  EXPECT_EQ(configuration.log.rotate_count, 3U);
  EXPECT_EQ(configuration.log.flush_interval, 30s);
  EXPECT_EQ(configuration.log.fsync_interval, 0s);
  EXPECT_EQ(configuration.log.buffer, 65'536U);
}

TEST(ConfigurationTest, EveryKeyOfAReaderIsTaken) {
  const auto configuration = good(R"(
[[reader]]
name = "fast"
core = 3
rate = "1 kHz"
policy = "rr"
priority = 70
overrun = "stop"
isolate = "cpuset"
spin = "50 us"
worst_slots = 3
[[reader.sensor]]
name = "a"

[[reader]]
name = "pair"
core = [2, 3]
period = "20 ms"
policy = "deadline"
runtime = "1 ms"
[[reader.sensor]]
name = "b"

[[reader]]
name = "any"
core = "auto"
policy = "other"
[[reader.sensor]]
name = "c"
)");
  ASSERT_EQ(configuration.readers.size(), 3U);
  const auto& fast = configuration.readers[0].reader;
  EXPECT_EQ(fast.cores, std::vector<unsigned>{3});
  EXPECT_EQ(fast.period, 1ms);
  EXPECT_EQ(fast.policy, SchedulingPolicy::RoundRobin);
  EXPECT_EQ(fast.priority, 70);
  EXPECT_EQ(fast.overrun, OverrunPolicy::Stop);
  EXPECT_EQ(fast.spin, 50us);
  EXPECT_EQ(fast.isolate, isotherm::acquire::Isolate::Cpuset);
  EXPECT_EQ(fast.worst_slots, 3U);
  EXPECT_EQ(fast.where, "etc/test.toml:2");
  const auto& pair = configuration.readers[1].reader;
  EXPECT_EQ(pair.cores, (std::vector<unsigned>{2, 3}));
  EXPECT_EQ(pair.period, 20ms);
  EXPECT_EQ(pair.policy, SchedulingPolicy::Deadline);
  EXPECT_EQ(pair.runtime, 1ms);
  EXPECT_EQ(pair.where, "etc/test.toml:15");
  EXPECT_EQ(configuration.readers[2].reader.policy, SchedulingPolicy::Other);
  EXPECT_TRUE(configuration.readers[2].reader.cores.empty());
}

TEST(ConfigurationTest, TheBoardAndTheHousekeepingCoresKnowTheirLines) {
  const std::string reader = "[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n";
  const auto chosen =
      good("[station]\nname = \"x\"\nboard = \"generic\"\nhousekeeping = [0]\n" + reader).station;
  EXPECT_EQ(chosen.board_where, "etc/test.toml:3");
  EXPECT_EQ(chosen.housekeeping_where, "etc/test.toml:4");
  const auto left_out = good(reader).station;
  EXPECT_EQ(left_out.board_where, "");
  EXPECT_EQ(left_out.housekeeping_where, "");
}

TEST(ConfigurationTest, EveryKeyOfASensorIsTaken) {
  const auto configuration = good(R"(
[[reader]]
name = "r"
  [[reader.sensor]]
  name = "inlet"
  driver = "hwmon"
  device = "1-0048"
  input = "temp2"
  unit = "K"
  every = 10
  scale = 2
  offset = -0.5
  range = [-40, 125.5]
  stuck_after = 100
  [[reader.sensor]]
  name = "probe"
  driver = "w1"
  device = "28-0000075a1b2c"
  accept_power_on_value = true
  [[reader.sensor]]
  name = "zone"
  driver = "thermal"
  device = "cpu-thermal"
  [[reader.sensor]]
  name = "adc"
  driver = "iio"
  device = "bme280"
)");
  ASSERT_EQ(configuration.readers[0].sensors.size(), 4U);
  const auto& inlet = configuration.readers[0].sensors[0];
  EXPECT_EQ(inlet.driver, DriverKind::Hwmon);
  EXPECT_EQ(inlet.device, "1-0048");
  EXPECT_EQ(inlet.input, "temp2");
  EXPECT_EQ(inlet.unit, "K");
  EXPECT_EQ(inlet.every, 10U);
  EXPECT_EQ(inlet.scale, 2.0);
  EXPECT_EQ(inlet.offset, -0.5);
  ASSERT_TRUE(inlet.range.has_value());
  EXPECT_EQ(inlet.range->low, -40.0);
  EXPECT_EQ(inlet.range->high, 125.5);
  EXPECT_EQ(inlet.stuck_after, 100U);
  EXPECT_FALSE(inlet.accept_power_on_value);
  EXPECT_EQ(inlet.where, "etc/test.toml:4");
  const auto& probe = configuration.readers[0].sensors[1];
  EXPECT_EQ(probe.driver, DriverKind::W1);
  EXPECT_EQ(probe.device, "28-0000075a1b2c");
  EXPECT_TRUE(probe.accept_power_on_value);
  EXPECT_EQ(configuration.readers[0].sensors[2].driver, DriverKind::Thermal);
  EXPECT_EQ(configuration.readers[0].sensors[3].driver, DriverKind::Iio);
}

constexpr auto kReaderHead = "[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n";

void expect_the_sim_of_the_tests(const isotherm::sensor::SimSettings& sim) {
  EXPECT_EQ(sim.mean, 50.0);
  EXPECT_EQ(sim.swing, 0.0);
  EXPECT_EQ(sim.cycle, 20s);
  EXPECT_EQ(sim.noise, 0.1);
  EXPECT_EQ(sim.resolution, 0.0);
  EXPECT_EQ(sim.seed, 7U);
  EXPECT_EQ(sim.fault_rates, (std::map<Fault, double>{{Fault::Crc, 0.05}, {Fault::Nack, 0.95}}));
  EXPECT_EQ(sim.fault_slots,
            (std::map<Fault, std::vector<std::uint64_t>>{{Fault::Timeout, {3, 4}}}));
  EXPECT_EQ(sim.spike_rate, 0.01);
  EXPECT_EQ(sim.spike, -5.0);
  EXPECT_EQ(sim.stall_rate, 1.0);
  EXPECT_EQ(sim.stall_slots, (std::vector<std::uint64_t>{0, 9}));
  EXPECT_EQ(sim.stall, 2ms);
}

TEST(ConfigurationTest, TheSimulationIsTakenFromAnInlineTable) {
  const auto configuration = good(std::string(kReaderHead) +
                                  "sim = { mean = 50, swing = 0, cycle = \"20 s\", noise = 0.1, "
                                  "resolution = 0.0, seed = 7, faults = { crc = 0.05, nack = 0.95 "
                                  "}, fault_slots = { timeout = [3, 4] }, spike_rate = 0.01, spike "
                                  "= -5, stall_rate = 1, stall_slots = [0, 9], stall = \"2 ms\" }");
  expect_the_sim_of_the_tests(configuration.readers[0].sensors[0].sim);
}

TEST(ConfigurationTest, TheSimulationIsTakenFromATable) {
  const auto configuration = good(std::string(kReaderHead) + R"(driver = "sim"
[reader.sensor.sim]
mean = 50
swing = 0
cycle = "20 s"
noise = 0.1
resolution = 0.0
seed = 7
faults = { crc = 0.05, nack = 0.95 }
fault_slots.timeout = [3, 4]
spike_rate = 0.01
spike = -5
stall_rate = 1
stall_slots = [0, 9]
stall = "2 ms"
)");
  expect_the_sim_of_the_tests(configuration.readers[0].sensors[0].sim);
}

TEST(ConfigurationTest, AReplayFileIsRelativeToTheConfiguration) {
  const auto text = std::string(kReaderHead) + "driver = \"replay\"\nloop = true\nfile = ";
  const auto relative = good(text + "\"data/run.csv\"");
  EXPECT_EQ(relative.readers[0].sensors[0].driver, DriverKind::Replay);
  EXPECT_EQ(relative.readers[0].sensors[0].replay.file, "etc/data/run.csv");
  EXPECT_TRUE(relative.readers[0].sensors[0].replay.loop);
  const auto absolute = good(text + "\"/data/run.csv\"");
  EXPECT_EQ(absolute.readers[0].sensors[0].replay.file, "/data/run.csv");
}

TEST(ConfigurationTest, ARateThatIsNoWholePeriodIsRoundedAndNoted) {
  const LoadResult result = parse_configuration(
      "[[reader]]\nname = \"r\"\nrate = \"3 Hz\"\n[[reader.sensor]]\nname = \"s\"\n", "x.toml");
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.configuration.readers[0].reader.period.count(), 333'333'333);
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_EQ(result.notes[0].text(),
            "x.toml:3: rate \"3 Hz\" is no whole number of nanoseconds; the period used is "
            "333.333333 ms");
}

TEST(ConfigurationTest, TheLimitsOfTheRateAreThemselvesAllowed) {
  const auto period = [](const std::string& line) {
    return good("[[reader]]\nname = \"r\"\n" + line + "\n[[reader.sensor]]\nname = \"s\"\n")
        .readers[0]
        .reader.period;
  };
  EXPECT_EQ(period("rate = \"20 kHz\""), 50us);
  EXPECT_EQ(period("rate = \"0.01 Hz\""), 100s);
  EXPECT_EQ(period("period = \"50 us\""), 50us);
  EXPECT_EQ(period("period = \"100 s\""), 100s);
}

TEST(ConfigurationTest, WindowsThatDivideADayAreTaken) {
  for (const auto* const window : {"100 ms", "1 s", "10 s", "1 min", "15 min", "1 h", "1 d"}) {
    const auto result = parse_configuration(
        std::string("[log]\nwindow = \"") + window + "\"\n" + kSmallest, "x.toml");
    EXPECT_TRUE(result.ok()) << window;
  }
}

TEST(ConfigurationTest, AByteOrderMarkAndWindowsLineEndsAreTaken) {
  const auto configuration =
      good("\xEF\xBB\xBF[[reader]]\r\nname = \"one\"\r\n[[reader.sensor]]\r\nname = \"a\"\r\n");
  EXPECT_EQ(configuration.readers[0].sensors[0].name, "a");
}

TEST(DefaultSimulationTest, HasThreeSensorsOnThreeReaders) {
  const auto configuration = isotherm::settings::default_simulation();
  EXPECT_EQ(configuration.station.realtime, Realtime::BestEffort);
  EXPECT_TRUE(configuration.file.empty());
  ASSERT_EQ(configuration.readers.size(), 3U);
  EXPECT_EQ(configuration.readers[0].reader.period, 1ms);
  EXPECT_EQ(configuration.readers[1].reader.period, 10ms);
  EXPECT_EQ(configuration.readers[2].reader.period, 100ms);
  for (const auto& plan : configuration.readers) {
    EXPECT_TRUE(plan.reader.cores.empty());
    EXPECT_FALSE(plan.reader.where.empty());
    EXPECT_LE(plan.reader.name.size(), isotherm::acquire::kReaderNameLimit);
    ASSERT_EQ(plan.sensors.size(), 1U);
    EXPECT_EQ(plan.sensors[0].driver, DriverKind::Sim);
    EXPECT_TRUE(plan.sensors[0].sim.fault_rates.empty());
  }
  EXPECT_NE(configuration.readers[0].sensors[0].name, configuration.readers[1].sensors[0].name);
  EXPECT_NE(configuration.readers[1].sensors[0].name, configuration.readers[2].sensors[0].name);
}

}  // namespace
