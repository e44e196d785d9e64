// Names and paths below /sys: which of them are stable, in what order, and how to put a choice of
// them into a message. Housekeeping only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/attribute.hpp"

namespace isotherm::sensor {

// The end of a message about a name that is not there.
inline constexpr const char* kListing =
    "'isotherm sensors' lists what is here, with the lines to paste";

// "/sys/a/b" gives "b"; and "/sys/a" is its parent.
[[nodiscard]] std::string base_name(std::string_view path);
[[nodiscard]] std::string parent_path(std::string_view path);

// The number after `prefix`: ("temp12", "temp") gives 12; nothing if that is not the whole name.
[[nodiscard]] std::optional<unsigned> number_after(std::string_view name, std::string_view prefix);

// The directories `prefix`N in `directory` as full paths, in the order of N (hwmon2 before
// hwmon10).
[[nodiscard]] std::vector<std::string> numbered_paths(const core::FileTree& files,
                                                      const std::string& directory,
                                                      std::string_view prefix);

// Whether the kernel counts such names up in the order in which drivers happen to load, so that
// they say nothing about which device it is: hwmon3, thermal_zone0, iio:device1.
[[nodiscard]] bool is_enumerated(std::string_view name);

// The stable name of the device behind a `device` link: "1-0048", "coretemp.0"; empty if there is
// no link, or it leads to an enumerated name.
[[nodiscard]] std::string linked_device(const core::FileTree& files, const std::string& link);

// Whether a device name is that of an I2C device ("1-0048") or an SPI device ("spi0.1").
[[nodiscard]] bool is_i2c_or_spi(std::string_view device);

// `"a", "b" and "c"`; "none" if there is nothing. At most 12, then "and N more".
[[nodiscard]] std::string choice_text(const std::vector<std::string>& choices);

}  // namespace isotherm::sensor
