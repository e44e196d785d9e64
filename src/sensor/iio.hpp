// Industrial I/O: /sys/bus/iio/devices (kernel Documentation/ABI/testing/sysfs-bus-iio).
//
// iio:deviceN is counted up, so it is refused. `device` is one of
//   "1-0076"         the name of the device that the IIO device belongs to
//   "bme280"         the chip's name or its `label` of the device tree, if it is the only one
//   "bme280@1-0076"  both, where one device has several
// `input` is the channel: "in_temp" (the default), "in_temp0", "in_temp_ambient" ... A device with
// one temperature channel needs none.
//
// The processed in_temp_input is read where there is one. Otherwise it is in_temp_raw, and
// thousandths of a degC are (raw + offset) * scale; offset and scale are read when the device is
// opened, and belong to the channel or to all channels of the device.
#pragma once

#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "sensor/located.hpp"

namespace isotherm::sensor {

struct IioDevice {
  std::string directory;
  std::string name;
  std::string label;                  // empty if it has none
  std::string device;                 // empty if it has none that is stable
  std::vector<std::string> channels;  // "in_temp", "in_temp_ambient"
};

// All devices that have a temperature channel, in the kernel's order.
[[nodiscard]] std::vector<IioDevice> iio_devices(const core::FileTree& files);

// The shortest `device` that means this device and no other of `devices`.
[[nodiscard]] std::string iio_identity(const IioDevice& device,
                                       const std::vector<IioDevice>& devices);

[[nodiscard]] Located locate_iio(const core::FileTree& files, const std::string& device,
                                 const std::string& input);

}  // namespace isotherm::sensor
