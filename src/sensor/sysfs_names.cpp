#include "sensor/sysfs_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace isotherm::sensor {
namespace {

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string{slash == std::string_view::npos ? path : path.substr(slash + 1)};
}

std::string parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string{slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash)};
}

std::optional<unsigned> number_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) {
    return std::nullopt;
  }
  name.remove_prefix(prefix.size());
  unsigned number = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data(), end, number);
  if (error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return number;
}

std::vector<std::string> numbered_paths(const core::FileTree& files, const std::string& directory,
                                        std::string_view prefix) {
  std::vector<std::pair<unsigned, std::string>> found;
  for (const std::string& name : files.list(directory)) {
    if (const auto number = number_after(name, prefix)) {
      std::string path = directory;
      path += '/';
      path += name;
      found.emplace_back(*number, std::move(path));
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> paths;
  paths.reserve(found.size());
  for (auto& [number, path] : found) {
    paths.push_back(std::move(path));
  }
  return paths;
}

bool is_enumerated(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPrefixes{"hwmon", "thermal_zone", "iio:device"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [name](std::string_view prefix) {
    return number_after(name, prefix).has_value();
  });
}

std::string linked_device(const core::FileTree& files, const std::string& link) {
  const std::optional<std::string> target = files.real_path(link);
  if (!target) {
    return {};
  }
  std::string name = base_name(*target);
  return is_enumerated(name) ? std::string{} : name;
}

bool is_i2c_or_spi(std::string_view device) {
  if (device.starts_with("spi")) {
    return true;
  }
  // i2c_dev_set_name() of the kernel: "%d-%04x", adapter and address.
  const std::size_t dash = device.find('-');
  if (dash == std::string_view::npos || dash == 0 || device.size() != dash + 5) {
    return false;
  }
  const auto adapter = device.substr(0, dash);
  const auto address = device.substr(dash + 1);
  return number_after(adapter, "").has_value() &&
         std::all_of(address.begin(), address.end(), is_hex_digit);
}

std::string choice_text(const std::vector<std::string>& choices) {
  constexpr std::size_t kShown = 12;
  if (choices.empty()) {
    return "none";
  }
  std::string text;
  const std::size_t shown = std::min(choices.size(), kShown);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) {
      text += i + 1 == choices.size() ? " and " : ", ";
    }
    text += '"';
    text += choices[i];
    text += '"';
  }
  if (choices.size() > shown) {
    text += " and " + std::to_string(choices.size() - shown) + " more";
  }
  return text;
}

}  // namespace isotherm::sensor
