#include "app/standard_output.hpp"

#include <cerrno>
#include <cstdio>

namespace isotherm::app {

bool print_whole(const std::string& text) {
  errno = 0;
  return (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) || errno == EPIPE;
}

}  // namespace isotherm::app
