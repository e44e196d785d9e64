// The typed fields of an event in words.
#pragma once

#include <string>

namespace isotherm::app {

// "reader=fast cause=softirq" of the JSON object that the log keeps; what is no object, as it is.
[[nodiscard]] std::string event_field_words(const std::string& fields);

}  // namespace isotherm::app
