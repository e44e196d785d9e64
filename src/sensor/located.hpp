// What looking for a device in /sys gives: its opened attribute, or why there is none.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/attribute.hpp"
#include "core/time.hpp"

namespace isotherm::sensor {

// An attribute that is open, and how its number becomes a temperature:
// degC = (number + offset) * scale / 1000.
struct AttributeSource {
  std::unique_ptr<core::AttributeFile> value;
  std::unique_ptr<core::AttributeFile> fault;  // hwmon's tempN_fault; null where there is none
  double offset = 0.0;
  double scale = 1.0;
};

// Either `source.value` is set, or `problem` and `mend` are sentences for the operator.
struct Located {
  AttributeSource source;
  std::string directory;            // of the attribute, below /sys
  core::Nanoseconds worst_case{0};  // of one read, see the driver
  std::string problem;
  std::string mend;
  // Nothing but the device itself is missing. At boot that passes: drivers are loaded and buses are
  // searched beside all else (a 1-Wire bus for seconds), so a service is to try again.
  bool absent = false;

  [[nodiscard]] bool found() const noexcept { return source.value != nullptr; }
  [[nodiscard]] static Located not_found(std::string problem, std::string mend) {
    Located result;
    result.problem = std::move(problem);
    result.mend = std::move(mend);
    return result;
  }
  [[nodiscard]] static Located absent_device(std::string problem, std::string mend) {
    Located result = not_found(std::move(problem), std::move(mend));
    result.absent = true;
    return result;
  }
};

}  // namespace isotherm::sensor
