// A study of feasibility in words: what is refused and how to mend it, the tables of `isotherm
// check --measure`, and the same for programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/feasibility_study.hpp"
#include "app/json.hpp"
#include "app/placement.hpp"

namespace isotherm::app {

// A problem (exit 69) for each reader that fails, with the numbers. By certain costs only those
// fail whose slot alone is longer than their period: all else in the analysis is a worst case.
[[nodiscard]] std::vector<Problem> infeasible(const Study& study);

// The tables, of a study by measurement.
[[nodiscard]] std::string study_text(const Study& study);
[[nodiscard]] nlohmann::ordered_json study_json(const Study& study);

// "holds", "no guarantee", "does not hold"; for programs "holds", "no_guarantee", "fails".
[[nodiscard]] std::string_view verdict_words(diagnose::Verdict verdict);
[[nodiscard]] std::string_view verdict_key(diagnose::Verdict verdict);

}  // namespace isotherm::app
