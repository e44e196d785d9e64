#include "os/name_pattern.hpp"

#include <fnmatch.h>

namespace isotherm::os {

bool matches_pattern(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace isotherm::os
