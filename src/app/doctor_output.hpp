// The doctor's findings, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "core/setup_error.hpp"
#include "diagnose/finding.hpp"

namespace isotherm::app {

struct DoctorReport {
  std::string station;
  std::string board;
  std::string readers;  // "fast on core 2, slow on core 3"
  diagnose::Findings findings;
  std::vector<std::string> fixes;  // what --fix did and could not do
};

[[nodiscard]] std::string doctor_text(const DoctorReport& report);
[[nodiscard]] std::string doctor_json(const DoctorReport& report);

// 0, 1 with warnings, 2 with failures.
[[nodiscard]] core::ExitCode doctor_exit_code(const diagnose::Findings& findings);

}  // namespace isotherm::app
