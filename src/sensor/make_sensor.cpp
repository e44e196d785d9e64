#include "sensor/make_sensor.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "core/setup_error.hpp"
#include "sensor/attribute_sensor.hpp"
#include "sensor/device_lookup.hpp"
#include "sensor/replay.hpp"
#include "sensor/sim.hpp"
#include "sensor/sysfs_names.hpp"
#include "sensor/w1.hpp"

namespace isotherm::sensor {
namespace {

[[noreturn]] void refuse(const SensorSettings& settings, const std::string& problem,
                         const std::string& mend,
                         core::ExitCode exit_code = core::ExitCode::Config) {
  throw core::SetupError(exit_code, "sensor \"" + settings.name + "\": " + problem, settings.where,
                         mend);
}

void validate_conditioning(const SensorSettings& settings) {
  if (!std::isfinite(settings.scale) || settings.scale == 0.0 || !std::isfinite(settings.offset)) {
    refuse(settings, "scale and offset make no temperature",
           "scale is a number other than 0, offset a number in degC");
  }
  if (settings.range && !(settings.range->low < settings.range->high)) {
    refuse(settings, "the range is empty", "give it as [lowest, highest] in degC");
  }
  if (settings.stuck_after == 1) {
    refuse(settings, "stuck_after = 1 makes every reading stuck",
           "give the number of equal readings in a row, 2 or more, or 0 to switch it off");
  }
  if (settings.every == 0) {
    refuse(settings, "every = 0 is no divisor of the reader's rate", "give 1 or more");
  }
}

void require_device(const SensorSettings& settings) {
  if (settings.device.empty()) {
    refuse(settings, "the driver " + std::string{driver_word(settings.driver)} + " needs a device",
           "add device = \"...\"; 'isotherm sensors' lists what is here, with the lines to paste");
  }
}

std::unique_ptr<core::Sensor> make_attribute_sensor(const SensorSettings& settings,
                                                    const core::FileTree& files, Locate locate) {
  require_device(settings);
  Located located = locate(files, settings.device, settings.input);
  if (!located.found()) {
    refuse(settings, located.problem, located.mend,
           located.absent ? core::ExitCode::Absent : core::ExitCode::Config);
  }
  Locator again = [&files, locate, device = settings.device, input = settings.input] {
    return locate(files, device, input);
  };
  return std::make_unique<AttributeSensor>(settings, std::move(located), std::move(again));
}

std::string rate_text(core::Nanoseconds period) {
  constexpr std::size_t kRoom = 64;
  std::array<char, kRoom> text{};
  const double seconds = std::chrono::duration<double>(period).count();
  const auto length = std::snprintf(text.data(), text.size(), "one reading in %.0f ms (%.3g Hz)",
                                    seconds * 1e3, 1.0 / seconds);
  return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::unique_ptr<core::Sensor> make_w1_sensor(const SensorSettings& settings,
                                             const SensorPorts& ports,
                                             core::Nanoseconds reader_period) {
  require_device(settings);
  if (!settings.input.empty() && settings.input != "temperature") {
    refuse(settings, "a 1-Wire thermometer has no input \"" + settings.input + "\"",
           "leave `input` out: a thermometer has one temperature");
  }
  const std::vector<std::string> present = w1_thermometers(ports.files);
  if (std::find(present.begin(), present.end(), settings.device) == present.end()) {
    refuse(settings, "there is no 1-Wire thermometer \"" + settings.device + "\"",
           "present: " + choice_text(present) +
               "; if it is plugged in, check its wires, the overlay w1-gpio and the kernel module "
               "w1_therm",
           core::ExitCode::Absent);
  }
  const core::Nanoseconds period = reader_period * settings.every;
  const core::Nanoseconds shortest = w1_shortest_period(ports.files, settings.device);
  if (period < shortest) {
    const auto every = (shortest + reader_period - core::Nanoseconds{1}) / reader_period;
    refuse(settings, "\"" + settings.device + "\" converts too slowly for " + rate_text(period),
           "the fastest with its present resolution is " + rate_text(shortest) +
               ": set every = " + std::to_string(every) + " or more, or a lower resolution");
  }
  return std::make_unique<W1Sensor>(settings, ports.files, ports.helpers);
}

std::unique_ptr<core::Sensor> make_replay_sensor(const SensorSettings& settings,
                                                 core::Recordings* recordings,
                                                 core::Nanoseconds reader_period) {
  const std::string& file = settings.replay.file;
  if (recordings == nullptr || file.empty() || !recordings->knows(file)) {
    return std::make_unique<ReplaySensor>(settings);
  }
  const std::string name = settings.input.empty() ? settings.name : settings.input;
  return std::make_unique<ReplaySensor>(
      settings, recordings->open({file, name, reader_period * settings.every, settings.where}));
}

}  // namespace

std::unique_ptr<core::Sensor> make_sensor(const SensorSettings& settings, const SensorPorts& ports,
                                          core::Nanoseconds reader_period) {
  validate_conditioning(settings);
  if (const Locate locate = locate_of(settings.driver)) {
    return make_attribute_sensor(settings, ports.files, locate);
  }
  switch (settings.driver) {
    case DriverKind::W1:
      return make_w1_sensor(settings, ports, reader_period);
    case DriverKind::Replay:
      return make_replay_sensor(settings, ports.recordings, reader_period);
    default:
      return std::make_unique<SimSensor>(settings, ports.clock);
  }
}

}  // namespace isotherm::sensor
