// The group "kernel" of the doctor's findings. Pure.
#pragma once

#include <string>

#include "diagnose/finding.hpp"
#include "diagnose/kernel_facts.hpp"

namespace isotherm::diagnose {

// `boot_place` is where this machine keeps its kernel command line, boot_line_place().
[[nodiscard]] Findings kernel_findings(const KernelFacts& kernel, const std::string& boot_place);

}  // namespace isotherm::diagnose
