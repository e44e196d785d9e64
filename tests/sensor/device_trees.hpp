// Pieces of /sys as boards have them, for the tests of the drivers.
#pragma once

#include <string>

#include "core/setup_error.hpp"
#include "sensor/make_sensor.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_file_tree.hpp"
#include "support/fake_helper_threads.hpp"

namespace isotherm::test {

// An I2C thermometer: hwmon<number> of the device <device>, with temp1.
inline void add_i2c_chip(FakeFileTree& files, int number, const std::string& device,
                         const std::string& text, const std::string& name = "lm75") {
  const std::string directory = "/sys/devices/platform/soc/i2c-1/" + device;
  const std::string hwmon = directory + "/hwmon/hwmon" + std::to_string(number);
  files.set(hwmon + "/name", name + "\n");
  files.set(hwmon + "/temp1_input", text);
  files.link(hwmon + "/device", "../..");
  files.link("/sys/class/hwmon/hwmon" + std::to_string(number), hwmon);
}

inline void remove_i2c_chip(FakeFileTree& files, int number, const std::string& device) {
  files.remove("/sys/class/hwmon/hwmon" + std::to_string(number));
  files.remove("/sys/devices/platform/soc/i2c-1/" + device);
}

inline void add_zone(FakeFileTree& files, int number, const std::string& type,
                     const std::string& text) {
  const std::string zone = "/sys/devices/virtual/thermal/thermal_zone" + std::to_string(number);
  files.set(zone + "/type", type + "\n");
  files.set(zone + "/temp", text);
  files.link("/sys/class/thermal/thermal_zone" + std::to_string(number), zone);
}

// Makes sensors on fakes.
struct Bench {
  FakeFileTree files;
  FakeHelperThreads helpers;
  FakeClock clock;

  std::unique_ptr<core::Sensor> make(const sensor::SensorSettings& settings,
                                     core::Nanoseconds period = std::chrono::seconds{1}) {
    return sensor::make_sensor(settings, {files, helpers, clock}, period);
  }

  // What is wrong and how to mend it, of settings that make no sensor; empty if they make one.
  std::string refusal(const sensor::SensorSettings& settings,
                      core::Nanoseconds period = std::chrono::seconds{1}) {
    try {
      (void)make(settings, period);
    } catch (const core::SetupError& error) {
      exit_code = error.exit_code();
      const bool of_settings =
          exit_code == core::ExitCode::Config || exit_code == core::ExitCode::Absent;
      return of_settings && error.where() == settings.where
                 ? error.problem() + " | " + error.mend()
                 : "not a configuration error at " + settings.where;
    }
    return {};
  }
  core::ExitCode exit_code = core::ExitCode::Ok;  // of the latest refusal
};

inline sensor::SensorSettings settings_of(sensor::DriverKind driver, const std::string& device,
                                          const std::string& input = "") {
  sensor::SensorSettings settings;
  settings.name = "probe";
  settings.driver = driver;
  settings.device = device;
  settings.input = input;
  settings.where = "isotherm.toml:12";
  return settings;
}

}  // namespace isotherm::test
