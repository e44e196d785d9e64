// A TOML file as a plain tree in which everything knows its line. The only place that knows the
// TOML library (toml++, TOML 1.0.0): its types and exceptions end here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/diagnostic.hpp"

namespace isotherm::settings {

// A configuration is written by hand: more than this is not one (and /dev/zero never ends).
inline constexpr std::size_t kFileSizeLimit = std::size_t{1} << 20U;

// Bytes of a line. Dotted keys nest without another limit (toml++ 3.3 limits brackets only, to
// 256), and the library takes a tree down by recursion: a whole file of dots would exhaust the
// stack.
inline constexpr std::size_t kLineLimit = 4096;

struct Node {
  enum class Kind : std::uint8_t { Table, Array, String, Integer, Float, Boolean, DateTime };

  std::string key;    // of a table's entry; empty for an array's element
  unsigned line = 1;  // of the key, else of the value
  Kind kind = Kind::Table;
  std::string string;
  std::int64_t integer = 0;
  double number = 0.0;
  bool boolean = false;
  std::vector<Node> children;  // of a Table, sorted by key, or of an Array

  // Of a Table: its entry of that key, or null.
  [[nodiscard]] const Node* find(std::string_view wanted) const;
};

// "a text", "a whole number", ... for messages.
[[nodiscard]] std::string_view kind_words(Node::Kind kind);

// The tree; nothing, and one finding, if the text is no TOML.
[[nodiscard]] std::optional<Node> parse_document(std::string_view text, Findings& findings);

// The text of a file; nothing, and one finding, if it cannot be read.
[[nodiscard]] std::optional<std::string> read_text(const std::string& path, Findings& findings);

}  // namespace isotherm::settings
