// Every configuration and board file that isotherm ships, and that config/isotherm.toml tells the
// truth: each key is there, at the default that the program has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "settings/board_file.hpp"
#include "settings/keys.hpp"
#include "settings/load_configuration.hpp"

namespace {

namespace fs = std::filesystem;
using isotherm::settings::LoadResult;

std::string source_path(const std::string& relative) {
  return std::string(ISOTHERM_SOURCE_DIR) + "/" + relative;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += line + "\n";
  }
  return text;
}

// "#key = value": a setting at its default. A remark has a space after its "#".
bool is_commented_setting(const std::string& line) {
  return line.size() > 1 && line[0] == '#' &&
         std::islower(static_cast<unsigned char>(line[1])) != 0;
}

// "#   key = value": a setting without a default, which is an example only.
bool is_commented_example(const std::string& line) {
  return line.starts_with("#   ") && line.size() > 4 &&
         std::islower(static_cast<unsigned char>(line[4])) != 0 &&
         line.find(" = ") != std::string::npos;
}

std::string key_of(const std::string& line) {
  const auto from = line.find_first_not_of("# ");
  return from == std::string::npos ? "" : line.substr(from, line.find_first_of(" =", from) - from);
}

void expect_ok(const LoadResult& result) {
  for (const auto& diagnostic : result.diagnostics) {
    ADD_FAILURE() << diagnostic.text();
  }
}

void expect_same_capture(const isotherm::capture::CaptureSettings& a,
                         const isotherm::capture::CaptureSettings& b) {
  EXPECT_EQ(a.enabled, b.enabled);
  EXPECT_EQ(a.directory, b.directory);
  EXPECT_EQ(a.total_bytes, b.total_bytes);
  EXPECT_EQ(a.file_bytes, b.file_bytes);
  EXPECT_EQ(a.age, b.age);
  EXPECT_EQ(a.flush_interval, b.flush_interval);
  EXPECT_EQ(a.buffer, b.buffer);
  EXPECT_EQ(a.lateness.kept, b.lateness.kept);
  EXPECT_EQ(a.lateness.step_ns, b.lateness.step_ns);
  EXPECT_EQ(a.lateness.bytes_max, b.lateness.bytes_max);
}

void expect_same_but_for_lines(const isotherm::settings::Configuration& a,
                               const isotherm::settings::Configuration& b) {
  EXPECT_EQ(a.station.name, b.station.name);
  EXPECT_EQ(a.station.board, b.station.board);
  EXPECT_EQ(a.station.realtime, b.station.realtime);
  EXPECT_EQ(a.station.isolation, b.station.isolation);
  EXPECT_EQ(a.station.stall_budget, b.station.stall_budget);
  EXPECT_EQ(a.station.housekeeping, b.station.housekeeping);
  EXPECT_EQ(a.station.cpu_dma_latency, b.station.cpu_dma_latency);
  EXPECT_EQ(a.window.length, b.window.length);
  EXPECT_EQ(a.log.directory, b.log.directory);
  EXPECT_EQ(a.log.format, b.log.format);
  EXPECT_EQ(a.log.rotate_size, b.log.rotate_size);
  EXPECT_EQ(a.log.rotate_count, b.log.rotate_count);
  EXPECT_EQ(a.log.flush_interval, b.log.flush_interval);
  EXPECT_EQ(a.log.fsync_interval, b.log.fsync_interval);
  EXPECT_EQ(a.log.buffer, b.log.buffer);
  EXPECT_EQ(a.history.enabled, b.history.enabled);
  EXPECT_EQ(a.history.file, b.history.file);
  EXPECT_EQ(a.history.retention, b.history.retention);
  EXPECT_EQ(a.history.cap_bytes, b.history.cap_bytes);
  EXPECT_EQ(a.history.flush_interval, b.history.flush_interval);
  EXPECT_EQ(a.history.write_budget, b.history.write_budget);
  expect_same_capture(a.capture, b.capture);
}

void expect_default_reader(const isotherm::acquire::ReaderSettings& reader) {
  const isotherm::acquire::ReaderSettings defaults;
  EXPECT_EQ(reader.cores, defaults.cores);
  EXPECT_EQ(reader.period, defaults.period);
  EXPECT_EQ(reader.policy, defaults.policy);
  EXPECT_EQ(reader.priority, defaults.priority);
  EXPECT_EQ(reader.runtime, defaults.runtime);
  EXPECT_EQ(reader.overrun, defaults.overrun);
  EXPECT_EQ(reader.spin, defaults.spin);
  EXPECT_EQ(reader.isolate, defaults.isolate);
  EXPECT_EQ(reader.worst_slots, defaults.worst_slots);
}

void expect_default_sensor(const isotherm::sensor::SensorSettings& sensor) {
  const isotherm::sensor::SensorSettings defaults;
  EXPECT_EQ(sensor.driver, defaults.driver);
  EXPECT_EQ(sensor.device, defaults.device);
  EXPECT_EQ(sensor.input, defaults.input);
  EXPECT_EQ(sensor.unit, defaults.unit);
  EXPECT_EQ(sensor.every, defaults.every);
  EXPECT_EQ(sensor.scale, defaults.scale);
  EXPECT_EQ(sensor.offset, defaults.offset);
  EXPECT_EQ(sensor.range.has_value(), defaults.range.has_value());
  EXPECT_EQ(sensor.stuck_after, defaults.stuck_after);
  EXPECT_EQ(sensor.accept_power_on_value, defaults.accept_power_on_value);
  EXPECT_EQ(sensor.replay.file, defaults.replay.file);
  EXPECT_EQ(sensor.replay.loop, defaults.replay.loop);
  EXPECT_EQ(sensor.sim.mean, defaults.sim.mean);
  EXPECT_EQ(sensor.sim.swing, defaults.sim.swing);
  EXPECT_EQ(sensor.sim.cycle, defaults.sim.cycle);
  EXPECT_EQ(sensor.sim.noise, defaults.sim.noise);
  EXPECT_EQ(sensor.sim.resolution, defaults.sim.resolution);
  EXPECT_EQ(sensor.sim.seed, defaults.sim.seed);
  EXPECT_EQ(sensor.sim.fault_rates, defaults.sim.fault_rates);
  EXPECT_EQ(sensor.sim.fault_slots, defaults.sim.fault_slots);
  EXPECT_EQ(sensor.sim.spike_rate, defaults.sim.spike_rate);
  EXPECT_EQ(sensor.sim.spike, defaults.sim.spike);
  EXPECT_EQ(sensor.sim.stall_rate, defaults.sim.stall_rate);
  EXPECT_EQ(sensor.sim.stall_slots, defaults.sim.stall_slots);
  EXPECT_EQ(sensor.sim.stall, defaults.sim.stall);
}

void expect_all_defaults(const isotherm::settings::Configuration& configuration) {
  expect_same_but_for_lines(configuration, {});
  ASSERT_EQ(configuration.readers.size(), 1U);
  expect_default_reader(configuration.readers[0].reader);
  ASSERT_EQ(configuration.readers[0].sensors.size(), 1U);
  expect_default_sensor(configuration.readers[0].sensors[0]);
}

TEST(ReferenceConfigurationTest, IsValidAsItIsAndAllDefaults) {
  const auto result = isotherm::settings::load_configuration(source_path("config/isotherm.toml"));
  expect_ok(result);
  expect_all_defaults(result.configuration);
}

TEST(ReferenceConfigurationTest, IsValidAndAllDefaultsWithEveryKeyUncommented) {
  auto lines = lines_of(text_of(source_path("config/isotherm.toml")));
  std::size_t uncommented = 0;
  for (auto& line : lines) {
    if (is_commented_setting(line)) {
      line.erase(0, 1);
      ++uncommented;
    }
  }
  EXPECT_GT(uncommented, 30U);
  const auto result = isotherm::settings::parse_configuration(joined(lines), "isotherm.toml");
  expect_ok(result);
  expect_all_defaults(result.configuration);
}

// So that a default is not merely what happens when a key is not read at all.
TEST(ReferenceConfigurationTest, EachUncommentedKeyIsReallyRead) {
  const auto lines = lines_of(text_of(source_path("config/isotherm.toml")));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!is_commented_setting(lines[i])) {
      continue;
    }
    auto broken = lines;
    broken[i] = key_of(lines[i]) + " = 2026-01-01";  // a date is right for no key
    const auto result = isotherm::settings::parse_configuration(joined(broken), "isotherm.toml");
    ASSERT_EQ(result.diagnostics.size(), 1U) << lines[i];
    EXPECT_EQ(result.diagnostics[0].line, i + 1) << lines[i];
  }
}

TEST(ReferenceConfigurationTest, NamesEveryKeyThereIs) {
  std::multiset<std::string> named;
  for (const auto& line : lines_of(text_of(source_path("config/isotherm.toml")))) {
    if (is_commented_setting(line) || is_commented_example(line) ||
        (!line.empty() && std::islower(static_cast<unsigned char>(line[0])) != 0)) {
      named.insert(key_of(line));
    }
  }
  // `period` is named beside `rate`, whose place it takes; tables are headers.
  const std::set<std::string> elsewhere = {"period",  "station", "log",    "history",
                                           "capture", "reader",  "sensor", "sim"};
  std::multiset<std::string> known;
  for (const auto* table : isotherm::settings::kConfigurationTables) {
    for (const auto key : table->keys) {
      if (elsewhere.count(std::string(key)) == 0) {
        known.insert(std::string(key));
      }
    }
  }
  EXPECT_EQ(named, known);
}

TEST(ReferenceConfigurationTest, EachExampleOfAKeyWithoutDefaultIsValidWithItsDriver) {
  const auto lines = lines_of(text_of(source_path("config/isotherm.toml")));
  std::size_t examples = 0;
  for (const auto& line : lines) {
    if (!is_commented_example(line)) {
      continue;
    }
    ++examples;
    const std::string key = key_of(line);
    std::string station;
    std::string reader;
    std::string sensor;
    if (key == "cpu_dma_latency") {
      station = "[station]\n" + line.substr(1) + "\n";
    } else if (key == "directory") {
      station = "[capture]\n" + line.substr(1) + "\n";
    } else if (key == "priority") {
      reader = line.substr(1);
    } else if (key == "runtime") {
      reader = "policy = \"deadline\"\n" + line.substr(1);
    } else if (key == "file") {
      sensor = "driver = \"replay\"\n" + line.substr(1);
    } else if (key == "loop") {
      sensor = "driver = \"replay\"\nfile = \"x.csv\"\n" + line.substr(1);
    } else if (key == "accept_power_on_value") {
      sensor = "driver = \"w1\"\ndevice = \"28-1\"\n" + line.substr(1);
    } else if (key == "device") {
      sensor = "driver = \"hwmon\"\n" + line.substr(1);
    } else if (key == "input") {
      sensor = "driver = \"hwmon\"\ndevice = \"1-0048\"\n" + line.substr(1);
    } else {
      sensor = line.substr(1);
    }
    expect_ok(
        isotherm::settings::parse_configuration(station + "[[reader]]\nname = \"r\"\n" + reader +
                                                    "\n[[reader.sensor]]\nname = \"s\"\n" + sensor,
                                                key));
  }
  EXPECT_EQ(examples, 10U);
}

std::vector<std::string> files_with(const std::string& folder, const std::string& extension) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(source_path(folder))) {
    if (entry.path().extension() == extension) {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(ExampleConfigurationsTest, AllAreValid) {
  const auto paths = files_with("config", ".toml");
  EXPECT_GE(paths.size(), 5U);
  for (const auto& path : paths) {
    expect_ok(isotherm::settings::load_configuration(path));
  }
}

TEST(ExampleConfigurationsTest, FilesToReplayAreThereAndHaveTheirHeader) {
  std::size_t replays = 0;
  for (const auto& path : files_with("config", ".toml")) {
    const auto result = isotherm::settings::load_configuration(path);
    for (const auto& plan : result.configuration.readers) {
      for (const auto& sensor : plan.sensors) {
        if (sensor.driver == isotherm::sensor::DriverKind::Replay) {
          ++replays;
          EXPECT_TRUE(text_of(sensor.replay.file).starts_with("timestamp,value\n"))
              << sensor.replay.file;
        }
      }
    }
  }
  EXPECT_GE(replays, 1U);
}

TEST(ExampleConfigurationsTest, FourSimulatedSensorsFailInOneOfThemAtFivePercent) {
  const auto result =
      isotherm::settings::load_configuration(source_path("config/examples/four-sim-1khz.toml"));
  expect_ok(result);
  ASSERT_EQ(result.configuration.readers.size(), 1U);
  EXPECT_EQ(result.configuration.readers[0].reader.period, std::chrono::milliseconds{1});
  const auto& sensors = result.configuration.readers[0].sensors;
  ASSERT_EQ(sensors.size(), 4U);
  double share = 0.0;
  std::size_t failing = 0;
  for (const auto& sensor : sensors) {
    EXPECT_EQ(sensor.driver, isotherm::sensor::DriverKind::Sim);
    failing += static_cast<std::size_t>(!sensor.sim.fault_rates.empty());
    for (const auto& [fault, rate] : sensor.sim.fault_rates) {
      share += rate;
    }
  }
  EXPECT_EQ(failing, 1U);
  EXPECT_DOUBLE_EQ(share, 0.05);
}

TEST(ShippedBoardsTest, AllAreValidAndNamedAfterTheirFolder) {
  const auto paths = files_with("board", ".toml");
  EXPECT_EQ(paths.size(), 7U);
  for (const auto& path : paths) {
    const auto result = isotherm::settings::load_board(path);
    for (const auto& diagnostic : result.diagnostics) {
      ADD_FAILURE() << diagnostic.text();
    }
    EXPECT_EQ(result.board.name, fs::path(path).parent_path().filename().string());
    EXPECT_FALSE(result.board.description.empty()) << path;
    EXPECT_TRUE(fs::exists(fs::path(path).parent_path() / "README.md")) << path;
  }
}

std::vector<isotherm::settings::BoardFacts> shipped_boards() {
  std::vector<isotherm::settings::BoardFacts> boards;
  for (const auto& path : files_with("board", ".toml")) {
    boards.push_back(isotherm::settings::load_board(path).board);
  }
  return boards;
}

// The lines of a board's file that are not remarks.
std::vector<std::string> active_lines(const std::string& board, const std::string& file) {
  std::vector<std::string> active;
  for (const auto& line : lines_of(text_of(source_path("board/" + board + "/" + file)))) {
    if (!line.empty() && line[0] != '#') {
      active.push_back(line);
    }
  }
  return active;
}

TEST(ShippedBoardsTest, EachModelBelongsToOneBoardOnly) {
  // As /proc/device-tree/model says it: with the firmware's revision, or with mainline device trees
  // (Debian's, which QEMU is given) without one.
  const std::vector<std::pair<std::string, std::string>> models = {
      {"Raspberry Pi 3 Model B Rev 1.2", "rpi3"},
      {"Raspberry Pi 3 Model B Plus Rev 1.3", "rpi3"},
      {"Raspberry Pi 3 Model A Plus Rev 1.0", "rpi3"},
      {"Raspberry Pi Compute Module 3 Plus Rev 1.0", "rpi3"},
      {"Raspberry Pi 3 Model B", "rpi3"},
      {"Raspberry Pi 3 Model B+", "rpi3"},
      {"Raspberry Pi 4 Model B Rev 1.4", "rpi4"},
      {"Raspberry Pi 400 Rev 1.0", "rpi4"},
      {"Raspberry Pi Compute Module 4 Rev 1.0", "rpi4"},
      {"Raspberry Pi 5 Model B Rev 1.0", "rpi5"},
      {"Raspberry Pi 500 Rev 1.0", "rpi5"},
      {"Raspberry Pi Compute Module 5 Rev 1.0", "rpi5"},
      {"Raspberry Pi Zero 2 W Rev 1.0", "rpi-zero2w"},
      {"TI AM335x BeagleBone Black", "beaglebone-black"},
      {"Raspberry Pi Zero W Rev 1.1", ""},
      {"Raspberry Pi 2 Model B Rev 1.1", ""},
      {"Raspberry Pi Model B Plus Rev 1.2", ""},
      {"Orange Pi 3", ""}};
  const auto boards = shipped_boards();
  for (const auto& [model, expected] : models) {
    std::string matching;
    for (const auto& board : boards) {
      matching += board.matches(model) ? board.name : "";
    }
    EXPECT_EQ(matching, expected) << model;
  }
}

TEST(ShippedBoardsTest, KernelParametersNameTheCoresOfTheBoard) {
  for (const auto& board : shipped_boards()) {
    if (board.boot.layout == isotherm::settings::BootLayout::None) {
      continue;
    }
    EXPECT_EQ(active_lines(board.name, "cmdline.txt"),
              (std::vector<std::string>{"isolcpus=managed_irq,domain,2-3", "nohz_full=2-3",
                                        "rcu_nocbs=2-3", "irqaffinity=0-1"}))
        << board.name;
    EXPECT_EQ(board.isolated, (std::vector<unsigned>{2, 3})) << board.name;
    EXPECT_EQ(board.housekeeping, (std::vector<unsigned>{0, 1})) << board.name;
    EXPECT_EQ(board.cores, 4U) << board.name;
  }
}

TEST(ShippedBoardsTest, EachBusIsSwitchedOnByALineOfItsConfig) {
  std::size_t buses = 0;
  for (const auto& board : shipped_boards()) {
    if (board.boot.layout == isotherm::settings::BootLayout::None) {
      continue;
    }
    const auto config = active_lines(board.name, "config.txt");
    for (const auto& bus : board.buses) {
      EXPECT_EQ(std::count(config.begin(), config.end(), bus.setting), 1)
          << board.name << " " << bus.controller;
      ++buses;
    }
    for (const auto& line : lines_of(text_of(source_path("board/" + board.name + "/config.txt")))) {
      // The firmware's limit is 98; some leave the last one or two columns to a line end.
      EXPECT_TRUE(line.empty() || line.front() == '#' || line.size() < 96) << line;
    }
  }
  EXPECT_EQ(buses, 12U);
}

TEST(ShippedBoardsTest, TheBoardWithOneCoreIsolatesNothing) {
  const auto result =
      isotherm::settings::load_board(source_path("board/beaglebone-black/board.toml"));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.board.cores, 1U);
  EXPECT_TRUE(result.board.isolated.empty());
  EXPECT_EQ(result.board.boot.layout, isotherm::settings::BootLayout::None);
  EXPECT_TRUE(active_lines("beaglebone-black", "cmdline.txt").empty());
}

TEST(ShippedBoardsTest, GenericAndHostSimAssumeNothingAndMatchNoModel) {
  for (const auto* const name : {"generic", "host-sim"}) {
    const auto result =
        isotherm::settings::load_board(source_path("board/" + std::string(name) + "/board.toml"));
    ASSERT_TRUE(result.ok());
    EXPECT_TRUE(result.board.models.empty());
    EXPECT_FALSE(result.board.cores.has_value());
    EXPECT_TRUE(result.board.isolated.empty());
    EXPECT_FALSE(result.board.matches("Raspberry Pi 4 Model B Rev 1.4"));
  }
}

}  // namespace
