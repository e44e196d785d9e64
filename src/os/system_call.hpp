// The two ways in which a system call says that it failed, and one helper for each.
//
//   pthread_*, clock_nanosleep  RETURN the error and need not set errno: on Debian 12,
//                               pthread_setaffinity_np with an empty set returns 22, errno stays 0
//   nearly all others           return -1 and set errno
//
// Both helpers are for set-up: they throw SetupError, so they are housekeeping only.
#pragma once

#include <cerrno>
#include <concepts>
#include <string>

#include "core/setup_error.hpp"

namespace isotherm::os {

// What a failure is reported with.
struct SystemCall {
  std::string name;   // of the function: "pthread_create"
  std::string where;  // what it was called for: "thread iso-fast"
  std::string mend;   // what the user can do about it; may be empty
  core::ExitCode exit_code = core::ExitCode::Unavailable;
};

// The text of an error number and the number: "Operation not permitted (error 1)".
[[nodiscard]] std::string error_text(int error);

[[noreturn]] void throw_failure(int error, const SystemCall& call);

// For functions that return the error, or 0. Throws SetupError unless `returned` is 0.
void check_returned(int returned, const SystemCall& call);

// For functions that return -1 and set errno. `attempt` makes the call; its result is passed on.
// Throws SetupError if that is -1. It takes the call as a function and not its result, so that
// nothing (such as the making of the strings in `call`) can change errno before it is read.
template <std::invocable Attempt>
auto check_errno(Attempt&& attempt, const SystemCall& call) {
  const auto result = attempt();
  if (result == -1) {
    throw_failure(errno, call);
  }
  return result;
}

}  // namespace isotherm::os
