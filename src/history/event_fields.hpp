// The typed fields of an event as one JSON object, RFC 8259. Pure.
#pragma once

#include <string>

#include "core/event.hpp"

namespace isotherm::history {

// In their order; a number that is not finite is null.
[[nodiscard]] std::string event_fields(const core::Event& event);

}  // namespace isotherm::history
