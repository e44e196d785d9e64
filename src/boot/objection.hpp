// Why a boot file is left alone.
#pragma once

#include <string>

namespace isotherm::boot {

// A file that is not as it is known to be is not edited: a machine that does not boot any more is
// the worst that this program could leave behind.
struct Objection {
  std::string what;  // follows the file's name: "is empty"
  std::string mend;
};

}  // namespace isotherm::boot
