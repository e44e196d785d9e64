#include "sensor/iio.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "sensor/number_text.hpp"
#include "sensor/sysfs_names.hpp"

namespace isotherm::sensor {
namespace {

constexpr const char* kIioDevices = "/sys/bus/iio/devices";
constexpr std::string_view kRaw = "_raw";
constexpr std::string_view kProcessed = "_input";

// Many IIO chips start a conversion when they are read and wait for it: HDC1080 6.5 ms, SHT31 and
// Si7021 up to 15 ms by their data sheets. An ADC on the die is done in some microseconds.
constexpr core::Nanoseconds kBusConversion = std::chrono::milliseconds{20};
constexpr core::Nanoseconds kOwnConversion = std::chrono::milliseconds{1};

std::vector<std::string> channels_of(const core::FileTree& files, const std::string& directory) {
  std::vector<std::string> channels;
  for (const std::string& file : files.list(directory)) {
    if (!file.starts_with("in_temp")) {
      continue;
    }
    for (const std::string_view suffix : {kRaw, kProcessed}) {
      if (file.ends_with(suffix)) {
        channels.push_back(file.substr(0, file.size() - suffix.size()));
      }
    }
  }
  std::sort(channels.begin(), channels.end());
  channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
  return channels;
}

std::string full_identity(const IioDevice& device) { return device.name + "@" + device.device; }

bool is_called(const IioDevice& device, const std::string& wanted) {
  if (wanted.empty()) {
    return false;
  }
  return wanted == device.name || wanted == device.label || wanted == device.device ||
         (!device.device.empty() && wanted == full_identity(device));
}

std::vector<std::string> identities(const std::vector<IioDevice>& some,
                                    const std::vector<IioDevice>& devices) {
  std::vector<std::string> names;
  names.reserve(some.size());
  for (const IioDevice& device : some) {
    names.push_back(iio_identity(device, devices));
  }
  return names;
}

// The channel's own attribute, or that of all temperature channels, or of all channels.
std::optional<std::string> shared_text(const core::FileTree& files, const IioDevice& device,
                                       const std::string& channel, const std::string& what) {
  for (const std::string& prefix : {channel, std::string{"in_temp"}, std::string{"in"}}) {
    std::string path = device.directory;
    path += '/';
    path += prefix;
    path += '_';
    path += what;
    if (auto text = files.text(path)) {
      return text;
    }
  }
  return std::nullopt;
}

// "Not present if the offset is always 0 or unknown" and the like for the scale: then the default.
bool read_number(const core::FileTree& files, const IioDevice& device, const std::string& channel,
                 const std::string& what, double& number) {
  const auto text = shared_text(files, device, channel, what);
  if (!text) {
    return true;
  }
  const auto parsed = parse_decimal(*text);
  number = parsed.value_or(number);
  return parsed.has_value();
}

Located open_channel(const core::FileTree& files, const IioDevice& device,
                     const std::string& channel) {
  Located located;
  located.directory = device.directory;
  located.worst_case = is_i2c_or_spi(device.device) ? kBusConversion : kOwnConversion;
  const std::string path = device.directory + "/" + channel;
  located.source.value = files.open(path + std::string{kProcessed});
  if (located.found()) {
    return located;
  }
  located.source.value = files.open(path + std::string{kRaw});
  if (!located.found()) {
    return Located::not_found(path + "_raw cannot be opened", "check the file's permissions");
  }
  for (const auto& [what, number] :
       {std::pair{"offset", &located.source.offset}, std::pair{"scale", &located.source.scale}}) {
    if (!read_number(files, device, channel, what, *number)) {
      return Located::not_found(path + "_" + what + " is not a number",
                                "this driver's attributes do not follow the IIO interface");
    }
  }
  return located;
}

}  // namespace

std::vector<IioDevice> iio_devices(const core::FileTree& files) {
  std::vector<IioDevice> devices;
  for (const std::string& path : numbered_paths(files, kIioDevices, "iio:device")) {
    IioDevice device;
    device.directory = path;
    device.channels = channels_of(files, path);
    if (device.channels.empty()) {
      continue;
    }
    device.name = files.text(path + "/name").value_or("");
    device.label = files.text(path + "/label").value_or("");
    if (const auto real = files.real_path(path)) {
      device.device = base_name(parent_path(*real));
    }
    if (is_enumerated(device.device) || device.device == "devices") {
      device.device.clear();
    }
    devices.push_back(std::move(device));
  }
  return devices;
}

std::string iio_identity(const IioDevice& device, const std::vector<IioDevice>& devices) {
  const std::array<std::string, 3> candidates{device.device, device.label, device.name};
  for (const std::string& candidate : candidates) {
    if (std::count_if(devices.begin(), devices.end(), [&candidate](const IioDevice& other) {
          return is_called(other, candidate);
        }) == 1) {
      return candidate;
    }
  }
  return full_identity(device);
}

Located locate_iio(const core::FileTree& files, const std::string& device,
                   const std::string& input) {
  const std::vector<IioDevice> devices = iio_devices(files);
  std::vector<IioDevice> matching;
  std::copy_if(devices.begin(), devices.end(), std::back_inserter(matching),
               [&device](const IioDevice& candidate) { return is_called(candidate, device); });
  if (matching.empty() && is_enumerated(device)) {
    return Located::not_found(
        "\"" + device + "\" does not say which device: the kernel renumbers it at every boot",
        std::string{"name the device itself; "} + kListing);
  }
  if (matching.empty()) {
    return Located::absent_device(
        "there is no IIO device \"" + device + "\" with a temperature channel",
        "present: " + choice_text(identities(devices, devices)) + "; " + kListing);
  }
  if (matching.size() > 1) {
    return Located::not_found(
        std::to_string(matching.size()) + " IIO devices are called \"" + device + "\"",
        "say which: " + choice_text(identities(matching, devices)));
  }
  const IioDevice& found = matching.front();
  const bool only_one = input.empty() && found.channels.size() == 1;
  const std::string channel = only_one        ? found.channels.front()
                              : input.empty() ? std::string{"in_temp"}
                                              : input;
  if (std::find(found.channels.begin(), found.channels.end(), channel) == found.channels.end()) {
    return Located::not_found(
        "IIO device \"" + found.name + "\" has no temperature channel \"" + channel + "\"",
        "channels present: " + choice_text(found.channels));
  }
  return open_channel(files, found, channel);
}

}  // namespace isotherm::sensor
