// The one exception of set-up. It says what is wrong, where, and how to mend it, and it is caught
// in main, which turns its exit code into the program's.
#pragma once

#include <stdexcept>
#include <string>

namespace isotherm::core {

// sysexits(3), as far as isotherm uses them; 1 and 2 as programs that judge use them, grep(1).
enum class ExitCode : int {
  Ok = 0,
  Warnings = 1,  // of `isotherm doctor`: the worst finding
  Failures = 2,
  Usage = 64,        // EX_USAGE: the command line
  Unavailable = 69,  // EX_UNAVAILABLE: a real-time prerequisite is missing
  Software = 70,     // EX_SOFTWARE: a bug
  Io = 74,           // EX_IOERR: output cannot be written
  Absent = 75,       // EX_TEMPFAIL: a device is not there, or not yet; trying again may help
  Config = 78,       // EX_CONFIG: the configuration
};

class SetupError : public std::runtime_error {
 public:
  SetupError(ExitCode exit_code, std::string what, std::string where, std::string mend);

  [[nodiscard]] ExitCode exit_code() const noexcept { return exit_code_; }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  [[nodiscard]] const std::string& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& mend() const noexcept { return mend_; }

 private:
  ExitCode exit_code_;
  std::string problem_;
  std::string where_;
  std::string mend_;
};

}  // namespace isotherm::core
