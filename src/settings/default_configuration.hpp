// What `isotherm run` does without a configuration on a machine without temperature sensors.
#pragma once

#include "settings/configuration.hpp"

namespace isotherm::settings {

// Three simulated sensors on three readers, 1 kHz "burner", 100 Hz "inlet", 10 Hz "ambient", each
// on a core of its own as far as there are any; everything else at its default, but for
// `realtime = "best-effort"`: who only tries the program has not set up the machine for it yet.
[[nodiscard]] Configuration default_simulation();

}  // namespace isotherm::settings
