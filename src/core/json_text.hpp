// Texts in the JSON that isotherm writes line by line. (Whole documents are nlohmann-json's.) Pure.
#pragma once

#include <string>
#include <string_view>

namespace isotherm::core {

// Appends `text` as a JSON string, with its quotes, by RFC 8259 section 7. Bytes that are no UTF-8,
// which its section 8.1 asks for, are replaced by U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace isotherm::core
