#include "settings/document.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace isotherm::settings {

namespace {

// No key that means anything lies deeper (the deepest is a slot of reader.sensor.sim.fault_slots),
// so a deeper tree is refused for an unknown key on the way, and its depths need not be looked at.
constexpr unsigned kDepthLimit = 16;

Node node_of(const toml::node& from, unsigned depth);

unsigned line_of(const toml::source_region& region) {
  return std::max(1U, static_cast<unsigned>(region.begin.line));
}

void take_children(const toml::table& table, Node& node, unsigned depth) {
  node.kind = Node::Kind::Table;
  for (const auto& [key, value] : table) {
    Node child = node_of(value, depth + 1);
    child.key = std::string(key.str());
    // A table's own line is that of its header; its key's would be the same or, for
    // [[reader.sensor]], that of another header.
    if (child.kind != Node::Kind::Table && child.kind != Node::Kind::Array) {
      child.line = line_of(key.source());
    }
    node.children.push_back(std::move(child));
  }
}

Node node_of(const toml::node& from, unsigned depth) {
  Node node;
  node.line = line_of(from.source());
  if (depth > kDepthLimit) {
    return node;
  }
  if (const auto* const table = from.as_table()) {
    take_children(*table, node, depth);
  } else if (const auto* const array = from.as_array()) {
    node.kind = Node::Kind::Array;
    for (const auto& element : *array) {
      node.children.push_back(node_of(element, depth + 1));
    }
  } else if (const auto* const string = from.as_string()) {
    node.kind = Node::Kind::String;
    node.string = string->get();
  } else if (const auto* const integer = from.as_integer()) {
    node.kind = Node::Kind::Integer;
    node.integer = integer->get();
    node.number = static_cast<double>(integer->get());
  } else if (const auto* const number = from.as_floating_point()) {
    node.kind = Node::Kind::Float;
    node.number = number->get();
  } else if (const auto* const boolean = from.as_boolean()) {
    node.kind = Node::Kind::Boolean;
    node.boolean = boolean->get();
  } else {
    node.kind = Node::Kind::DateTime;
  }
  return node;
}

// The first line that is longer than kLineLimit, from 1; 0 if there is none.
unsigned overlong_line(std::string_view text) {
  for (unsigned line = 1; !text.empty(); ++line) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    if (size > kLineLimit) {
      return line;
    }
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return 0;
}

// The library's descriptions may end in "\n" or quote control characters of the file.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

}  // namespace

const Node* Node::find(std::string_view wanted) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const Node& child) { return child.key == wanted; });
  return found == children.end() ? nullptr : &*found;
}

std::string_view kind_words(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::Table:
      return "a table";
    case Node::Kind::Array:
      return "an array";
    case Node::Kind::String:
      return "a text";
    case Node::Kind::Integer:
      return "a whole number";
    case Node::Kind::Float:
      return "a number with decimals";
    case Node::Kind::Boolean:
      return "true or false";
    case Node::Kind::DateTime:
      return "a date or time";
  }
  return "a value";
}

std::optional<Node> parse_document(std::string_view text, Findings& findings) {
  if (const unsigned line = overlong_line(text); line != 0) {
    findings.mistake(line, "this line has more than " + std::to_string(kLineLimit) + " bytes",
                     "break it, arrays may go over several lines");
    return std::nullopt;
  }
  try {
    const toml::parse_result table = toml::parse(text);
    return node_of(table, 0);
  } catch (const toml::parse_error& error) {
    findings.mistake(line_of(error.source()),
                     "this is not valid TOML: " + one_line(error.description()),
                     "see https://toml.io for the format");
  } catch (const std::exception& error) {
    findings.mistake(1, "the TOML library failed: " + one_line(error.what()), "");
  }
  return std::nullopt;
}

std::optional<std::string> read_text(const std::string& path, Findings& findings) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    findings.mistake(0, "cannot be read: it is a directory", "name the file in it");
    return std::nullopt;
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    findings.mistake(0,
                     "cannot be read: " + std::error_code(errno, std::generic_category()).message(),
                     "name a file that exists and that this user may read");
    return std::nullopt;
  }
  std::string text(kFileSizeLimit + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) {
    findings.mistake(0, "reading it failed", "check the disk that it is on");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kFileSizeLimit) {
    findings.mistake(0, "is larger than 1 MiB, so it is no configuration", "name another file");
    return std::nullopt;
  }
  return text;
}

}  // namespace isotherm::settings
