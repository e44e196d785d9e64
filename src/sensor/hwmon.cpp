#include "sensor/hwmon.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include "sensor/sysfs_names.hpp"

namespace isotherm::sensor {
namespace {

constexpr const char* kHwmonClass = "/sys/class/hwmon";

// A register of a bus chip is one SMBus word read: 47 bit times, 0.5 ms at 100 kHz (System
// Management Bus Specification 3.2, 6.5.5). Twice that lets one transfer of another bus user go
// first. A chip that stretches the clock to the limit of 25 ms (same, table 2) exceeds this.
constexpr core::Nanoseconds kBusRead = std::chrono::milliseconds{1};
// On-die sensors: a register or a cached value, at most an interrupt to another core.
constexpr core::Nanoseconds kDirectRead = std::chrono::microseconds{200};

std::string path_of(const std::string& directory, const std::string& input, const char* suffix) {
  std::string path = directory;
  path += '/';
  path += input;
  path += suffix;
  return path;
}

std::vector<HwmonInput> inputs_of(const core::FileTree& files, const std::string& directory) {
  constexpr std::string_view kSuffix = "_input";
  std::vector<std::pair<unsigned, HwmonInput>> found;
  for (const std::string& file : files.list(directory)) {
    if (!file.ends_with(kSuffix)) {
      continue;
    }
    std::string name = file.substr(0, file.size() - kSuffix.size());
    if (const auto number = number_after(name, "temp")) {
      std::string label = files.text(path_of(directory, name, "_label")).value_or("");
      found.emplace_back(*number, HwmonInput{std::move(name), std::move(label)});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<HwmonInput> inputs;
  inputs.reserve(found.size());
  for (auto& [number, input] : found) {
    inputs.push_back(std::move(input));
  }
  return inputs;
}

std::string full_identity(const HwmonChip& chip) { return chip.name + "@" + chip.device; }

bool is_called(const HwmonChip& chip, const std::string& device) {
  return (!chip.device.empty() && (device == chip.device || device == full_identity(chip))) ||
         device == chip.name;
}

Located unknown_device(const std::vector<HwmonChip>& chips, const std::string& device) {
  if (is_enumerated(device)) {
    return Located::not_found(
        "\"" + device + "\" does not say which device: the kernel renumbers it at every boot",
        std::string{"name the device itself; "} + kListing);
  }
  std::vector<std::string> known;
  known.reserve(chips.size());
  for (const HwmonChip& chip : chips) {
    known.push_back(hwmon_identity(chip, chips));
  }
  return Located::absent_device(
      "there is no hwmon device \"" + device + "\" with a temperature input",
      "present: " + choice_text(known) + "; " + kListing);
}

Located ambiguous_device(const std::vector<HwmonChip>& matching,
                         const std::vector<HwmonChip>& chips, const std::string& device) {
  std::vector<std::string> choices;
  choices.reserve(matching.size());
  for (const HwmonChip& chip : matching) {
    choices.push_back(hwmon_identity(chip, chips));
  }
  return Located::not_found(
      std::to_string(matching.size()) + " hwmon devices are called \"" + device + "\"",
      "say which: " + choice_text(choices));
}

Located open_input(const core::FileTree& files, const HwmonChip& chip, const std::string& input) {
  const bool only_one = input.empty() && chip.inputs.size() == 1;
  const std::string wanted = only_one        ? chip.inputs.front().name
                             : input.empty() ? std::string{"temp1"}
                                             : input;
  std::vector<std::string> choices;
  for (const HwmonInput& candidate : chip.inputs) {
    if (candidate.name != wanted && candidate.label != wanted) {
      choices.push_back(candidate.name);
      if (!candidate.label.empty()) {
        choices.push_back(candidate.label);
      }
      continue;
    }
    const std::string path = path_of(chip.directory, candidate.name, "_input");
    Located located;
    located.directory = chip.directory;
    located.source.value = files.open(path);
    if (!located.found()) {
      return Located::not_found(path + " cannot be opened", "check the file's permissions");
    }
    const core::Nanoseconds once = is_i2c_or_spi(chip.device) ? kBusRead : kDirectRead;
    located.source.fault = files.open(path_of(chip.directory, candidate.name, "_fault"));
    located.worst_case = located.source.fault != nullptr ? 2 * once : once;
    return located;
  }
  return Located::not_found("hwmon device \"" + chip.name + "\" has no input \"" + wanted + "\"",
                            "inputs present: " + choice_text(choices));
}

}  // namespace

std::vector<HwmonChip> hwmon_chips(const core::FileTree& files) {
  std::vector<HwmonChip> chips;
  for (const std::string& path : numbered_paths(files, kHwmonClass, "hwmon")) {
    HwmonChip chip;
    chip.directory = path;
    auto name = files.text(path + "/name");
    if (!name) {
      // Drivers that have not been touched since 2013 keep their attributes with the device.
      chip.directory = path + "/device";
      name = files.text(chip.directory + "/name");
    }
    chip.name = name.value_or("");
    chip.device = linked_device(files, path + "/device");
    chip.inputs = inputs_of(files, chip.directory);
    if (!chip.inputs.empty()) {
      chips.push_back(std::move(chip));
    }
  }
  return chips;
}

std::string hwmon_identity(const HwmonChip& chip, const std::vector<HwmonChip>& chips) {
  const auto meant_by = [&chips](const std::string& device) {
    return std::count_if(chips.begin(), chips.end(),
                         [&device](const HwmonChip& other) { return is_called(other, device); });
  };
  if (chip.device.empty()) {
    return chip.name;
  }
  return meant_by(chip.device) == 1 ? chip.device : full_identity(chip);
}

bool is_w1_chip(const HwmonChip& chip) {
  // w1.c of the kernel registers every thermometer's hwmon device under this name.
  return chip.name == "w1_slave_temp";
}

Located locate_hwmon(const core::FileTree& files, const std::string& device,
                     const std::string& input) {
  const std::vector<HwmonChip> chips = hwmon_chips(files);
  std::vector<HwmonChip> matching;
  std::copy_if(chips.begin(), chips.end(), std::back_inserter(matching),
               [&device](const HwmonChip& chip) { return is_called(chip, device); });
  if (matching.empty()) {
    return unknown_device(chips, device);
  }
  if (matching.size() > 1) {
    return ambiguous_device(matching, chips, device);
  }
  if (is_w1_chip(matching.front())) {
    return Located::not_found(
        "\"" + device + "\" is a 1-Wire thermometer: a read through hwmon takes up to 750 ms",
        "use driver = \"w1\", device = \"" + matching.front().device + "\"");
  }
  return open_input(files, matching.front(), input);
}

}  // namespace isotherm::sensor
