// How an event looks in events.jsonl: one JSON object a line, `time`, `severity` and `event` first,
// then its fields. Pure.
#pragma once

#include <string>

#include "core/event.hpp"

namespace isotherm::store {

// Without its line end. Numbers that are not finite become null.
[[nodiscard]] std::string format_event(const core::Event& event);

}  // namespace isotherm::store
