#include "sensor/thermal.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "sensor/sysfs_names.hpp"

namespace isotherm::sensor {
namespace {

constexpr const char* kThermalClass = "/sys/class/thermal";

// A zone's sensor is on the die or behind the board's firmware: on a Raspberry Pi the value comes
// through the firmware's mailbox, which answers in some tenths of a millisecond.
constexpr core::Nanoseconds kZoneRead = std::chrono::milliseconds{1};

std::string with_device(const ThermalZone& zone) { return zone.type + "@" + zone.device; }
std::string with_index(const ThermalZone& zone) {
  return zone.type + "#" + std::to_string(zone.index);
}

bool is_called(const ThermalZone& zone, const std::string& device) {
  return device == zone.type || device == with_index(zone) ||
         (!zone.device.empty() && device == with_device(zone));
}

std::vector<std::string> identities(const std::vector<ThermalZone>& some,
                                    const std::vector<ThermalZone>& zones) {
  std::vector<std::string> names;
  names.reserve(some.size());
  for (const ThermalZone& zone : some) {
    names.push_back(thermal_identity(zone, zones));
  }
  return names;
}

}  // namespace

std::vector<ThermalZone> thermal_zones(const core::FileTree& files) {
  std::vector<ThermalZone> zones;
  std::map<std::string, unsigned> seen;
  for (const std::string& path : numbered_paths(files, kThermalClass, "thermal_zone")) {
    if (const auto type = files.text(path + "/type")) {
      zones.push_back({path, *type, linked_device(files, path + "/device"), seen[*type]++});
    }
  }
  return zones;
}

std::string thermal_identity(const ThermalZone& zone, const std::vector<ThermalZone>& zones) {
  const auto meant_by = [&zones](const std::string& device) {
    return std::count_if(zones.begin(), zones.end(),
                         [&device](const ThermalZone& other) { return is_called(other, device); });
  };
  if (meant_by(zone.type) == 1) {
    return zone.type;
  }
  if (!zone.device.empty() && meant_by(with_device(zone)) == 1) {
    return with_device(zone);
  }
  return with_index(zone);
}

Located locate_thermal(const core::FileTree& files, const std::string& device,
                       const std::string& input) {
  const std::vector<ThermalZone> zones = thermal_zones(files);
  std::vector<ThermalZone> matching;
  std::copy_if(zones.begin(), zones.end(), std::back_inserter(matching),
               [&device](const ThermalZone& zone) { return is_called(zone, device); });
  if (matching.empty() && is_enumerated(device)) {
    return Located::not_found(
        "\"" + device + "\" does not say which zone: the kernel may renumber it at every boot",
        std::string{"name the zone by its type; "} + kListing);
  }
  if (matching.empty()) {
    return Located::absent_device("there is no thermal zone of type \"" + device + "\"",
                                  "present: " + choice_text(identities(zones, zones)));
  }
  if (matching.size() > 1) {
    return Located::not_found(
        std::to_string(matching.size()) + " thermal zones are of type \"" + device + "\"",
        "say which: " + choice_text(identities(matching, zones)));
  }
  if (!input.empty() && input != "temp") {
    return Located::not_found("a thermal zone has no input \"" + input + "\"",
                              "leave `input` out: a zone has one temperature");
  }
  Located located;
  located.directory = matching.front().directory;
  located.worst_case = kZoneRead;
  located.source.value = files.open(located.directory + "/temp");
  if (!located.found()) {
    return Located::not_found(located.directory + "/temp cannot be opened",
                              "check the file's permissions");
  }
  return located;
}

}  // namespace isotherm::sensor
