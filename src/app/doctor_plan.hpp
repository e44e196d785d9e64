// Between the planning and the doctor: the plan as the doctor's checks take it, and what planning
// has found out already (rights, board, sensors) as findings. Pure.
#pragma once

#include <string>
#include <vector>

#include "app/board_check.hpp"
#include "app/plan.hpp"
#include "app/realtime_setup.hpp"
#include "diagnose/doctor_plan.hpp"
#include "diagnose/finding.hpp"

namespace isotherm::app {

[[nodiscard]] diagnose::DoctorPlan doctor_plan(const StationPlan& plan,
                                               const std::vector<CoreLoad>& loads,
                                               const core::CpuSet& more_cores);

// The group "rights": what the kernel grants, and how a service and a shell are given it.
// `program` is the path of the executable, `user` the login name.
[[nodiscard]] diagnose::Findings rights_findings(const RealtimeFindings& realtime,
                                                 const std::string& program,
                                                 const std::string& user);

// The group "plan": what else keeps it from being carried out. `absent` are the sensors that could
// not be opened, `infeasible` what of the plan fails for certain.
[[nodiscard]] diagnose::Findings plan_findings(const RealtimeFindings& realtime,
                                               const std::vector<Problem>& absent,
                                               const std::vector<Problem>& infeasible);

// The group "board".
[[nodiscard]] diagnose::Findings board_findings(const std::vector<BoardDifference>& differences,
                                                const std::string& board);

}  // namespace isotherm::app
