#include "app/foresight.hpp"

#include "app/feasibility_report.hpp"

namespace isotherm::app {

std::vector<std::string> Foresight::texts() const {
  std::vector<std::string> texts;
  texts.reserve(infeasible.size());
  for (const Problem& problem : infeasible) {
    texts.push_back(problem_text(problem));
  }
  return texts;
}

Foresight foresee(const ForesightPlans& plans, const StationSensors& sensors,
                  const ForesightWishes& wishes, const core::FileTree& files,
                  const os::Topology& topology, const core::Clock& clock) {
  Foresight foresight;
  foresight.infeasible = infeasible(study_certain(plans.judged, sensors, files));
  if (wishes.measure && (foresight.infeasible.empty() || wishes.always)) {
    foresight.study = study_measured(
        plans.judged, measure_readers(plans.granted, sensors, clock, wishes.partition), files,
        topology);
    foresight.infeasible = infeasible(foresight.study);
  } else {
    foresight.study = study_declared(plans.judged, sensors);
  }
  return foresight;
}

}  // namespace isotherm::app
