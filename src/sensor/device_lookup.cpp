#include "sensor/device_lookup.hpp"

#include "sensor/hwmon.hpp"
#include "sensor/iio.hpp"
#include "sensor/number_text.hpp"
#include "sensor/sysfs_names.hpp"
#include "sensor/thermal.hpp"
#include "sensor/w1.hpp"

namespace isotherm::sensor {

Locate locate_of(DriverKind driver) noexcept {
  switch (driver) {
    case DriverKind::Hwmon:
      return &locate_hwmon;
    case DriverKind::Thermal:
      return &locate_thermal;
    case DriverKind::Iio:
      return &locate_iio;
    case DriverKind::W1:
    case DriverKind::Sim:
    case DriverKind::Replay:
      break;
  }
  return nullptr;
}

std::optional<std::string> device_path(const SensorSettings& settings,
                                       const core::FileTree& files) {
  std::string directory;
  if (const Locate locate = locate_of(settings.driver)) {
    directory = locate(files, settings.device, settings.input).directory;
  } else if (settings.driver == DriverKind::W1) {
    directory = w1_directory(settings.device);
  }
  return directory.empty() ? std::nullopt : files.real_path(directory);
}

std::optional<int> numa_node(const SensorSettings& settings, const core::FileTree& files) {
  // Only devices on a bus that knows of nodes, such as PCI, have the attribute; -1 means none.
  for (std::string path = device_path(settings, files).value_or(""); path.size() > 1;
       path = parent_path(path)) {
    if (const auto text = files.text(path + "/numa_node")) {
      const auto node = parse_integer(*text);
      return node && *node >= 0 ? std::optional<int>{static_cast<int>(*node)} : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace isotherm::sensor
