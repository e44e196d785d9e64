// Every kind of call that a reader must not make, each planted on purpose: the guard has to find
// all of them.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

namespace isotherm::test {

struct Violation {
  std::string_view name;    // for people, and as the name of a planted sensor
  std::string_view called;  // the function that the guard has to name
  void (*commit)();
};

// How GoogleTest shows it.
void PrintTo(const Violation& violation, std::ostream* out);

[[nodiscard]] std::span<const Violation> violations();

}  // namespace isotherm::test
