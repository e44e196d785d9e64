// One JSON object on one line, RFC 8259, as isotherm writes them: its members in their order, each
// value as the text that stands there. (Whole documents are nlohmann-json's.) Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isotherm::query {

struct JsonMember {
  std::string name;
  std::string_view value;  // a number, "..." with its quotes, {...}, [...], true, false, null
};

// Nothing for what is no whole object.
[[nodiscard]] std::optional<std::vector<JsonMember>> parse_json_object(std::string_view line);

// The text of a "..." value; nothing for a value of another kind.
[[nodiscard]] std::optional<std::string> json_string(std::string_view value);

}  // namespace isotherm::query
