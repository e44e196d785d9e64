// After a run: whether the slots took longer than was thought before it, and what that means for
// the plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/feasibility_study.hpp"
#include "app/json.hpp"
#include "core/time.hpp"

namespace isotherm::app {

// How long the slots of a reader really took: quantiles of its busy times.
struct BusyFigures {
  core::Nanoseconds p99{0};
  core::Nanoseconds max{0};
};

struct BusyComparison {
  std::string reader;
  bool measured = false;  // the expectation: measured before the start, or the drivers' declaration
  core::Nanoseconds expected{0};
  BusyFigures busy;
  core::Nanoseconds period{0};
  std::optional<core::Nanoseconds> response;             // with the longest slot as its cost
  diagnose::Verdict verdict = diagnose::Verdict::Holds;  // with that
  // The longest slot was beyond what was measured; or, of a declaration, which is about the sensors
  // and not about what may interrupt their reading, more than one slot in a hundred; or the plan
  // does not hold with the longest slot, though it does with what was expected.
  bool worse = false;
};

// One for each reader of the study, in its order; `busy` in the same order.
[[nodiscard]] std::vector<BusyComparison> compare_busy(const Study& study,
                                                       const std::vector<BusyFigures>& busy);

// A sentence for the summary; only of one that is worse.
[[nodiscard]] std::string comparison_words(const BusyComparison& comparison);
[[nodiscard]] nlohmann::ordered_json comparison_json(const BusyComparison& comparison);

}  // namespace isotherm::app
