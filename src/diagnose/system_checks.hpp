// The group "system" of the doctor's findings. Pure.
#pragma once

#include "core/cpu_set.hpp"
#include "diagnose/doctor_plan.hpp"
#include "diagnose/finding.hpp"
#include "diagnose/system_facts.hpp"
#include "os/topology.hpp"

namespace isotherm::diagnose {

[[nodiscard]] Findings system_findings(const SystemFacts& system, const os::Topology& topology,
                                       const DoctorPlan& plan);

}  // namespace isotherm::diagnose
