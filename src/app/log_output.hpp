// stdout of `isotherm log`, which may be a pipe to a program that has seen enough.
#pragma once

#include <string_view>

namespace isotherm::app {

class LogOutput {
 public:
  // False if nobody reads any more: time to end, quietly. Throws SetupError (Io) if it cannot be
  // written for another reason.
  bool put(std::string_view text);
  bool flush();

 private:
  bool open_ = true;
};

}  // namespace isotherm::app
