// The part of the group "core N" about what else runs there: interrupts and threads. Pure.
#pragma once

#include "diagnose/core_checks.hpp"

namespace isotherm::diagnose {

[[nodiscard]] Findings neighbour_findings(const CoreFacts& core, const CoreContext& context);

}  // namespace isotherm::diagnose
