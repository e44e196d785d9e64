#include "os/system_call.hpp"

#include <system_error>

namespace isotherm::os {

std::string error_text(int error) {
  // generic_category and not strerror(3), which may write into a buffer that all threads share.
  return std::generic_category().message(error) + " (error " + std::to_string(error) + ")";
}

void throw_failure(int error, const SystemCall& call) {
  throw core::SetupError(call.exit_code, call.name + " failed: " + error_text(error), call.where,
                         call.mend);
}

void check_returned(int returned, const SystemCall& call) {
  if (returned != 0) {
    throw_failure(returned, call);
  }
}

}  // namespace isotherm::os
