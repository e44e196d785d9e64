// What `isotherm run` does without a configuration: the machine's own temperature sensors where it
// has any, else three simulated ones.
#pragma once

#include <string>

#include "core/attribute.hpp"
#include "settings/configuration.hpp"

namespace isotherm::app {

struct DefaultStation {
  settings::Configuration configuration;
  std::string note;  // which of the two it is, for people
};

// The log goes to `isotherm-logs` in the current directory, and real-time is best effort: somebody
// who tries the program out has neither prepared the machine nor /var/log/isotherm.
[[nodiscard]] DefaultStation default_station(const core::FileTree& files);

}  // namespace isotherm::app
