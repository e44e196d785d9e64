#include "core/setup_error.hpp"

#include <utility>

namespace isotherm::core {
namespace {

std::string compose(const std::string& what, const std::string& where, const std::string& mend) {
  std::string text = where.empty() ? what : where + ": " + what;
  if (!mend.empty()) {
    text += "\n  mend: " + mend;
  }
  return text;
}

}  // namespace

SetupError::SetupError(ExitCode exit_code, std::string what, std::string where, std::string mend)
    : std::runtime_error(compose(what, where, mend)),
      exit_code_(exit_code),
      problem_(std::move(what)),
      where_(std::move(where)),
      mend_(std::move(mend)) {}

}  // namespace isotherm::core
