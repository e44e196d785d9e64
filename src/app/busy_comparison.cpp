#include "app/busy_comparison.hpp"

#include <utility>

#include "app/feasibility_report.hpp"
#include "app/words.hpp"

namespace isotherm::app {
namespace {

using diagnose::Verdict;

// The study with the longest slot of one reader as its cost.
diagnose::ReaderFeasibility with_longest_slot(const Study& study, std::size_t which,
                                              core::Nanoseconds longest) {
  std::vector<diagnose::ReaderDemand> readers = study.readers;
  readers[which].sensors = {{.name = "", .worst = longest, .cpu = {}, .bus = ""}};
  return diagnose::analyse(readers, study.limits).readers[which];
}

}  // namespace

std::vector<BusyComparison> compare_busy(const Study& study, const std::vector<BusyFigures>& busy) {
  const diagnose::Feasibility before = diagnose::analyse(study.readers, study.limits);
  std::vector<BusyComparison> comparisons;
  for (std::size_t i = 0; i < study.readers.size() && i < busy.size(); ++i) {
    const diagnose::ReaderDemand& reader = study.readers[i];
    const auto after = with_longest_slot(study, i, busy[i].max);
    BusyComparison one;
    one.reader = reader.name;
    one.measured = study.basis == CostBasis::Measured;
    one.expected = reader.reads();
    one.busy = busy[i];
    one.period = reader.period;
    one.response = after.response;
    one.verdict = after.verdict;
    const bool beyond = (one.measured ? busy[i].max : busy[i].p99) > one.expected;
    const bool broken =
        after.verdict == Verdict::Fails && before.readers[i].verdict != Verdict::Fails;
    one.worse = beyond || broken;
    comparisons.push_back(std::move(one));
  }
  return comparisons;
}

std::string comparison_words(const BusyComparison& comparison) {
  std::string text =
      "worse than " + std::string{comparison.measured ? "measured" : "declared"} +
      ": a slot of reader \"" + comparison.reader + "\" took up to " +
      duration_words(comparison.busy.max) + " (p99 " + duration_words(comparison.busy.p99) +
      "), where " + duration_words(comparison.expected) + " were " +
      (comparison.measured ? "measured before the start" : "the most that its sensors declare") +
      "; with " + duration_words(comparison.busy.max) + " ";
  if (comparison.response) {
    text += "its worst response is " + duration_words(*comparison.response) + " of a period of " +
            duration_words(comparison.period) + ", and the plan ";
  } else {
    text += "of a period of " + duration_words(comparison.period) + " the plan ";
  }
  switch (comparison.verdict) {
    case Verdict::Holds:
      return text + "still holds";
    case Verdict::NoWord:
      return text + "is possible, without a guarantee";
    case Verdict::Fails:
      break;
  }
  return text + "does not hold";
}

nlohmann::ordered_json comparison_json(const BusyComparison& comparison) {
  return {{"reader", comparison.reader},
          {"basis", comparison.measured ? "measured" : "declared"},
          {"expected_ns", comparison.expected.count()},
          {"busy_p99_ns", comparison.busy.p99.count()},
          {"busy_max_ns", comparison.busy.max.count()},
          {"worse", comparison.worse},
          {"worst_response_ns", comparison.response
                                    ? nlohmann::ordered_json(comparison.response->count())
                                    : nlohmann::ordered_json(nullptr)},
          {"verdict", verdict_key(comparison.verdict)}};
}

}  // namespace isotherm::app
