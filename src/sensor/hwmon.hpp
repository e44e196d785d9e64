// Hardware monitoring chips: /sys/class/hwmon (kernel Documentation/hwmon/sysfs-interface.rst).
//
// hwmonN is counted up in the order in which drivers load and changes from boot to boot, so it is
// refused. `device` is one of
//   "1-0048", "coretemp.0"  the name of the device behind hwmonN/device
//   "cpu_thermal"           the chip's name, if only one chip has it
//   "lm75@1-0048"           both, where one device has two chips
// `input` is "temp1", "temp2" ..., or the text of a tempN_label ("Package id 0"); left out, it is
// the chip's only input, or temp1.
//
// tempN_input is in thousandths of a degC. Where the chip has tempN_fault (few have), it is read
// in the same slot, a second system call: a reading that "should not be trusted" must not be
// counted as good, not even for the second that it would take housekeeping to notice.
#pragma once

#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "sensor/located.hpp"

namespace isotherm::sensor {

struct HwmonInput {
  std::string name;   // "temp1"
  std::string label;  // empty if it has none
};

struct HwmonChip {
  std::string directory;  // where its attributes are
  std::string name;       // "lm75"
  std::string device;     // "1-0048"; empty if it has none that is stable
  std::vector<HwmonInput> inputs;
};

// All chips that have a temperature input, in the kernel's order.
[[nodiscard]] std::vector<HwmonChip> hwmon_chips(const core::FileTree& files);

// The shortest `device` that means this chip and no other of `chips`.
[[nodiscard]] std::string hwmon_identity(const HwmonChip& chip,
                                         const std::vector<HwmonChip>& chips);

// Whether this is the hwmon face of a 1-Wire thermometer, whose every read waits for a conversion.
[[nodiscard]] bool is_w1_chip(const HwmonChip& chip);

[[nodiscard]] Located locate_hwmon(const core::FileTree& files, const std::string& device,
                                   const std::string& input);

}  // namespace isotherm::sensor
