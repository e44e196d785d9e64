// An hwmon chip for machines that have none: /sys/class/hwmon/hwmon0 whose temp1_input is a real
// attribute of the kernel, read through the real os::SysfsTree. So the driver does all that it does
// on a board, and the kernel makes the text anew at each read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/attribute.hpp"
#include "core/helper_threads.hpp"
#include "os/monotonic_clock.hpp"
#include "os/sysfs_tree.hpp"
#include "sensor/make_sensor.hpp"

namespace isotherm::bench {

// A whole number, on every Linux machine: 65536, which as thousandths of a degC is 65.5.
inline constexpr const char* kAttribute = "/sys/class/net/lo/mtu";

class StandInTree : public core::FileTree {
 public:
  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const override {
    if (directory == kClass) {
      return {"hwmon0"};
    }
    return directory == std::string{kClass} + "/hwmon0"
               ? std::vector<std::string>{"name", "temp1_input"}
               : std::vector<std::string>{};
  }
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const override {
    return path == std::string{kClass} + "/hwmon0/name" ? std::optional<std::string>{"standin"}
                                                        : std::nullopt;
  }
  [[nodiscard]] std::optional<std::string> real_path(const std::string&) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::unique_ptr<core::AttributeFile> open(const std::string& path) const override {
    return path == std::string{kClass} + "/hwmon0/temp1_input" ? sysfs_.open(kAttribute) : nullptr;
  }
  [[nodiscard]] bool write(const std::string&, const std::string&) const override { return false; }

 private:
  static constexpr const char* kClass = "/sys/class/hwmon";

  os::SysfsTree sysfs_;
};

class NoHelpers : public core::HelperThreads {
 public:
  [[nodiscard]] std::unique_ptr<core::HelperThread> start(
      const std::string&, std::function<void(std::stop_token)>) override {
    return nullptr;  // only 1-Wire asks for one
  }
};

// The stand-in chip as a sensor with every step of the conditioning at work.
class StandInSensor {
 public:
  StandInSensor() : sensor_(sensor::make_sensor(settings(), {tree_, helpers_, clock_}, kPeriod)) {}

  [[nodiscard]] core::Sensor& get() noexcept { return *sensor_; }

 private:
  static constexpr core::Nanoseconds kPeriod = std::chrono::milliseconds{1};

  [[nodiscard]] static sensor::SensorSettings settings() {
    sensor::SensorSettings settings;
    settings.name = "stand-in";
    settings.driver = sensor::DriverKind::Hwmon;
    settings.device = "standin";
    settings.input = "temp1";
    settings.scale = 1.01;
    settings.offset = -0.5;
    settings.range = sensor::Range{-40.0, 125.0};
    settings.stuck_after = 4'000'000'000U;  // counts, but never comes to it
    return settings;
  }

  StandInTree tree_;
  NoHelpers helpers_;
  os::MonotonicClock clock_;
  std::unique_ptr<core::Sensor> sensor_;
};

}  // namespace isotherm::bench
