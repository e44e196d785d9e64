#include "diagnose/sensor_bus.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <vector>

#include "diagnose/bus_time.hpp"

namespace isotherm::diagnose {
namespace {

struct Component {
  std::string name;
  std::string path;  // up to and with it
};

std::vector<Component> components_of(const std::string& path) {
  std::vector<Component> components;
  std::size_t begin = path.find_first_not_of('/');
  while (begin != std::string::npos) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    components.push_back({path.substr(begin, end - begin), path.substr(0, end)});
    begin = path.find_first_not_of('/', end);
  }
  return components;
}

bool is_numbered(std::string_view name, std::string_view prefix) {
  return name.size() > prefix.size() && name.starts_with(prefix) &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

// A cell of the device tree: 32 bits, the most significant byte first (Devicetree Specification
// 0.4, 2.2.4). Its last byte may look like white space, so it is not read as a text.
std::uint32_t device_tree_cell(const core::FileTree& files, const std::string& path) {
  const auto file = files.open(path);
  std::array<char, 4> bytes{};
  if (file == nullptr || file->read(bytes).size != bytes.size()) {
    return 0;
  }
  std::uint32_t cell = 0;
  for (const char byte : bytes) {
    cell = (cell << 8U) | static_cast<unsigned char>(byte);
  }
  return cell;
}

// A multiplexer's branch (i2c-1/i2c-11) runs at the clock of its trunk and keeps that busy.
SensorBus i2c_bus(const Component& trunk, const core::FileTree& files) {
  SensorBus bus{.kind = BusKind::I2c, .name = trunk.name};
  bus.clock_hertz = device_tree_cell(files, trunk.path + "/of_node/clock-frequency");
  bus.clock_stated = bus.clock_hertz > 0;
  if (!bus.clock_stated) {
    bus.clock_hertz = kI2cStandardHertz;
  }
  bus.transfer = i2c_register_time(bus.clock_hertz);
  return bus;
}

SensorBus spi_bus(const Component& master, const Component& device, const core::FileTree& files) {
  SensorBus bus{.kind = BusKind::Spi, .name = master.name};
  bus.clock_hertz = device_tree_cell(files, device.path + "/of_node/spi-max-frequency");
  bus.clock_stated = bus.clock_hertz > 0;
  if (bus.clock_stated) {
    bus.transfer = spi_register_time(bus.clock_hertz);
  }
  return bus;
}

std::string hertz_words(std::uint32_t hertz) {
  constexpr std::uint32_t kKilo = 1'000;
  constexpr std::uint32_t kMega = 1'000'000;
  if (hertz >= kMega && hertz % kMega == 0) {
    return std::to_string(hertz / kMega) + " MHz";
  }
  return std::to_string(hertz / kKilo) + " kHz";
}

}  // namespace

std::optional<SensorBus> bus_of_device(const std::string& path, const core::FileTree& files) {
  const std::vector<Component> components = components_of(path);
  for (std::size_t i = 0; i + 1 < components.size(); ++i) {
    if (is_numbered(components[i].name, "i2c-")) {
      return i2c_bus(components[i], files);
    }
    // "spi0/spi0.1"
    if (is_numbered(components[i].name, "spi") &&
        components[i + 1].name.starts_with(components[i].name + ".")) {
      return spi_bus(components[i], components[i + 1], files);
    }
    if (is_numbered(components[i].name, "w1_bus_master")) {
      return SensorBus{.kind = BusKind::W1,
                       .name = components[i].name,
                       .clock_hertz = 0,
                       .clock_stated = false,
                       .transfer = w1_reading_time()};
    }
  }
  return std::nullopt;
}

std::string bus_words(const SensorBus& bus) {
  switch (bus.kind) {
    case BusKind::W1:
      return "1-Wire";
    case BusKind::Spi:
      return bus.clock_stated ? "SPI at " + hertz_words(bus.clock_hertz) : "SPI";
    case BusKind::I2c:
      break;
  }
  return "I2C at " + hertz_words(bus.clock_hertz) + (bus.clock_stated ? "" : " (assumed)");
}

}  // namespace isotherm::diagnose
