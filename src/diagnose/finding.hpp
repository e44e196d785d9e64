// What a check of the doctor says: one question about this machine, and its answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace isotherm::diagnose {

enum class Severity : std::uint8_t {
  Pass,
  Warning,  // the plan may hold, and something stands against it
  Failure,  // nobody can promise that the plan holds
};

struct Finding {
  std::string group;  // "kernel", "core 2", "system", "rights", "board", "plan"
  std::string check;  // the question, a word that scripts may look for: "isolated"
  Severity severity = Severity::Pass;
  std::string seen;
  std::string why{};   // it matters; "" with most that pass
  std::string mend{};  // the exact line that mends it; "" where there is nothing to mend
};

using Findings = std::vector<Finding>;

// "pass", "warning", "failure".
[[nodiscard]] std::string severity_word(Severity severity);

// The worst of them; Pass if there are none.
[[nodiscard]] Severity worst_of(const Findings& findings);

void append(Findings& to, Findings from);

}  // namespace isotherm::diagnose
