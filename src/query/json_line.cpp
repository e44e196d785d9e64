#include "query/json_line.hpp"

#include <algorithm>
#include <cstdint>

namespace isotherm::query {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kNotFound = std::string_view::npos;

void skip_json_space(std::string_view& text) {
  const std::size_t from = text.find_first_not_of(kSpace);
  text.remove_prefix(from == kNotFound ? text.size() : from);
}

// The length of the string that begins here, with its quotes; 0 if it does not end.
std::size_t string_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

// Of an object or an array, by its brackets.
std::size_t nested_length(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      const std::size_t length = string_length(text.substr(i));
      if (length == 0) {
        return 0;
      }
      i += length - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return 0;
}

std::size_t value_length(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  if (text.front() == '"') {
    return string_length(text);
  }
  if (text.front() == '{' || text.front() == '[') {
    return nested_length(text);
  }
  const std::size_t end = text.find_first_of(",}] \t\r\n");
  return end == kNotFound ? 0 : end;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3fU));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
    out += static_cast<char>(0x80U | (code & 0x3fU));
  } else {
    out += static_cast<char>(0xf0U | (code >> 18U));
    out += static_cast<char>(0x80U | ((code >> 12U) & 0x3fU));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
    out += static_cast<char>(0x80U | (code & 0x3fU));
  }
}

std::optional<std::uint32_t> hex4(std::string_view text) {
  if (text.size() < 4) {
    return std::nullopt;
  }
  std::uint32_t code = 0;
  for (const char c : text.substr(0, 4)) {
    const std::size_t digit =
        std::string_view("0123456789abcdef")
            .find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
    if (digit == kNotFound) {
      return std::nullopt;
    }
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  return code;
}

// Behind "\u"; `text` moves behind it, and behind the other half of a pair.
bool take_code(std::string_view& text, std::string& out) {
  const auto first = hex4(text);
  if (!first) {
    return false;
  }
  text.remove_prefix(4);
  constexpr std::uint32_t kHigh = 0xd800;
  constexpr std::uint32_t kLow = 0xdc00;
  if (*first >= kHigh && *first < kLow && text.starts_with("\\u")) {
    const auto second = hex4(text.substr(2));
    if (second && *second >= kLow && *second < 0xe000) {
      append_utf8(out, 0x10000 + ((*first - kHigh) << 10U) + (*second - kLow));
      text.remove_prefix(6);
      return true;
    }
  }
  append_utf8(out, *first);
  return true;
}

}  // namespace

std::optional<std::string> json_string(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') {
    return std::nullopt;
  }
  value = value.substr(1, value.size() - 2);
  std::string text;
  while (!value.empty()) {
    const std::size_t plain = std::min(value.find('\\'), value.size());
    text += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) {
      break;
    }
    if (value.size() < 2) {
      return std::nullopt;
    }
    const char kind = value[1];
    value.remove_prefix(2);
    constexpr std::string_view kKinds = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const std::size_t index = kKinds.find(kind);
    if (index != kNotFound) {
      text += kMeant[index];
    } else if (kind != 'u' || !take_code(value, text)) {
      return std::nullopt;
    }
  }
  return text;
}

std::optional<std::vector<JsonMember>> parse_json_object(std::string_view line) {
  skip_json_space(line);
  if (!line.starts_with('{')) {
    return std::nullopt;
  }
  line.remove_prefix(1);
  std::vector<JsonMember> members;
  skip_json_space(line);
  bool closed = line.starts_with('}');
  while (!closed) {
    const std::size_t name_length = line.starts_with('"') ? string_length(line) : 0;
    auto name = json_string(line.substr(0, name_length));
    if (!name) {
      return std::nullopt;
    }
    line.remove_prefix(name_length);
    skip_json_space(line);
    if (!line.starts_with(':')) {
      return std::nullopt;
    }
    line.remove_prefix(1);
    skip_json_space(line);
    const std::size_t length = value_length(line);
    if (length == 0) {
      return std::nullopt;
    }
    members.push_back({std::move(*name), line.substr(0, length)});
    line.remove_prefix(length);
    skip_json_space(line);
    closed = line.starts_with('}');
    if (!closed && !line.starts_with(',')) {
      return std::nullopt;
    }
    if (!closed) {
      line.remove_prefix(1);
      skip_json_space(line);
    }
  }
  line.remove_prefix(1);
  skip_json_space(line);
  return line.empty() ? std::optional(std::move(members)) : std::nullopt;
}

}  // namespace isotherm::query
