#include "sensor/discovery.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string_view>
#include <utility>

#include "sensor/attribute_channel.hpp"
#include "sensor/hwmon.hpp"
#include "sensor/iio.hpp"
#include "sensor/thermal.hpp"
#include "sensor/w1.hpp"

namespace isotherm::sensor {
namespace {

// What the configuration takes as a name: at most so long, with a letter or digit first.
constexpr std::size_t kNameLimit = 64;

// The first `room` characters, without a "-" at their end.
std::string cut(std::string name, std::size_t room) {
  name.resize(std::min(name.size(), room));
  while (!name.empty() && name.back() == '-') {
    name.pop_back();
  }
  return name;
}

// Words joined by "-", everything but a-z, 0-9 and _ as "-", none of it doubled or at an end, cut
// to what the configuration takes as a name.
std::string plain_name(const std::vector<std::string>& words) {
  std::string name;
  const auto put_dash = [&name] {
    if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  };
  for (const std::string& word : words) {
    put_dash();
    for (const char c : word) {
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '_' && !name.empty())) {
        name += c;
      } else if (c >= 'A' && c <= 'Z') {
        name += static_cast<char>(c - 'A' + 'a');
      } else {
        put_dash();
      }
    }
  }
  name = cut(std::move(name), kNameLimit);
  return name.empty() ? "sensor" : name;
}

class Finder {
 public:
  explicit Finder(const core::FileTree& files) : files_(files) {}

  std::vector<FoundSensor> all() {
    add_hwmon();
    add_thermal();
    add_iio();
    for (const std::string& slave : w1_thermometers(files_)) {
      add({DriverKind::W1, slave, "", "", std::nullopt, ""}, plain_name({"w1", slave}), slave);
    }
    return std::move(found_);
  }

 private:
  void add(FoundSensor sensor, const std::string& name, const std::string& device) {
    std::string unique = name;
    if (names_.contains(unique)) {
      unique = plain_name({name, device});
    }
    for (int i = 2; names_.contains(unique); ++i) {
      const std::string number = "-" + std::to_string(i);
      unique = cut(name, kNameLimit - number.size()) + number;
    }
    names_.insert(unique);
    sensor.suggested_name = unique;
    found_.push_back(std::move(sensor));
  }

  static std::optional<double> value_now(Located located) {
    if (!located.found()) {
      return std::nullopt;
    }
    AttributeChannel channel(std::move(located.source), {});
    const core::Reading reading = channel.read();
    return reading.fault == core::Fault::None ? std::optional{reading.value} : std::nullopt;
  }

  void add_hwmon() {
    chips_ = hwmon_chips(files_);
    for (const HwmonChip& chip : chips_) {
      if (is_w1_chip(chip)) {
        continue;
      }
      const std::string device = hwmon_identity(chip, chips_);
      for (const HwmonInput& input : chip.inputs) {
        std::vector<std::string> words{chip.name};
        if (!input.label.empty()) {
          words.push_back(input.label);
        } else if (chip.inputs.size() > 1) {
          words.push_back(input.name);
        }
        add({DriverKind::Hwmon, device, input.name, input.label,
             value_now(locate_hwmon(files_, device, input.name)), ""},
            plain_name(words), device);
      }
    }
  }

  // All zones of one type share one chip, named after the type with "_" for "-", with an input a
  // zone and without a device of its own. A driver may keep single zones out of it; then the number
  // of inputs differs, and the zones are listed as well rather than guessing which one is missing.
  [[nodiscard]] bool is_shown_as_chip(const ThermalZone& zone,
                                      const std::vector<ThermalZone>& zones) const {
    std::string chip_name = zone.type;
    std::replace(chip_name.begin(), chip_name.end(), '-', '_');
    const auto of_type = std::count_if(
        zones.begin(), zones.end(), [&zone](const ThermalZone& z) { return z.type == zone.type; });
    return std::any_of(chips_.begin(), chips_.end(), [&](const HwmonChip& chip) {
      return chip.name == chip_name && chip.device.empty() &&
             chip.inputs.size() == static_cast<std::size_t>(of_type);
    });
  }

  void add_thermal() {
    const std::vector<ThermalZone> zones = thermal_zones(files_);
    for (const ThermalZone& zone : zones) {
      if (is_shown_as_chip(zone, zones)) {
        continue;
      }
      const std::string device = thermal_identity(zone, zones);
      add({DriverKind::Thermal, device, "", "", value_now(locate_thermal(files_, device, "")), ""},
          plain_name({device}), device);
    }
  }

  void add_iio() {
    const std::vector<IioDevice> devices = iio_devices(files_);
    for (const IioDevice& iio : devices) {
      const std::string device = iio_identity(iio, devices);
      for (const std::string& channel : iio.channels) {
        std::vector<std::string> words{iio.label.empty() ? iio.name : iio.label};
        if (iio.channels.size() > 1) {
          words.push_back(channel);
        }
        add({DriverKind::Iio, device, channel, iio.label,
             value_now(locate_iio(files_, device, channel)), ""},
            plain_name(words), device);
      }
    }
  }

  const core::FileTree& files_;
  std::vector<HwmonChip> chips_;
  std::vector<FoundSensor> found_;
  std::set<std::string> names_;
};

// A TOML basic string (TOML 1.0.0, "String").
std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') {
      constexpr std::size_t kRoom = 8;
      std::array<char, kRoom> escape{};
      (void)std::snprintf(escape.data(), escape.size(), "\\u%04X",
                          static_cast<unsigned>(static_cast<unsigned char>(c)));
      result += escape.data();
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

std::vector<FoundSensor> discover(const core::FileTree& files) { return Finder(files).all(); }

std::string config_lines(const FoundSensor& sensor) {
  std::string lines = "[[reader.sensor]]\n";
  lines += "name   = " + toml_string(sensor.suggested_name) + "\n";
  lines += "driver = " + toml_string(driver_word(sensor.driver)) + "\n";
  lines += "device = " + toml_string(sensor.device) + "\n";
  if (!sensor.input.empty()) {
    lines += "input  = " + toml_string(sensor.input) + "\n";
  }
  return lines;
}

}  // namespace isotherm::sensor
