// The typed fields of an event in words.
#pragma once

#include <string>

#include "app/json.hpp"
#include "history/history_reader.hpp"

namespace isotherm::app {

// The JSON object that the log keeps; an empty one where it is none.
[[nodiscard]] nlohmann::ordered_json event_fields(const history::StoredEvent& event);

// "reader=fast cause=softirq" of the JSON object that the log keeps; what is no object, as it is.
[[nodiscard]] std::string event_field_words(const std::string& fields);

}  // namespace isotherm::app
