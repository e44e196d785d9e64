// Is this machine real-time for this plan? Gathers the facts, through the file tree and the trials,
// and has every check look at them. What the plan itself says (rights, board, memory) comes from
// the planning in app/.
#pragma once

#include <string>

#include "core/attribute.hpp"
#include "diagnose/doctor_plan.hpp"
#include "diagnose/finding.hpp"
#include "diagnose/trials.hpp"
#include "os/topology.hpp"

namespace isotherm::diagnose {

// How long interrupts and threads are watched.
inline constexpr core::Nanoseconds kWatch{1'000'000'000};

// The groups "kernel", "core N" for each core of the plan, and "system", in this order. `model` is
// what the device tree calls the machine, "" on a PC.
[[nodiscard]] Findings examine(const core::FileTree& files, Trials& trials,
                               const os::Topology& topology, const std::string& model,
                               const DoctorPlan& plan);

}  // namespace isotherm::diagnose
