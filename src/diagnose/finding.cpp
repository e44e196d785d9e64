#include "diagnose/finding.hpp"

#include <algorithm>
#include <iterator>

namespace isotherm::diagnose {

std::string severity_word(Severity severity) {
  switch (severity) {
    case Severity::Pass:
      return "pass";
    case Severity::Warning:
      return "warning";
    case Severity::Failure:
      break;
  }
  return "failure";
}

Severity worst_of(const Findings& findings) {
  Severity worst = Severity::Pass;
  for (const Finding& finding : findings) {
    worst = std::max(worst, finding.severity);
  }
  return worst;
}

void append(Findings& to, Findings from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace isotherm::diagnose
