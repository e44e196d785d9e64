#include "settings/section.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "core/cpu_set.hpp"
#include "core/sample.hpp"
#include "settings/quantity.hpp"
#include "settings/suggestion.hpp"

namespace isotherm::settings {

namespace {

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) noexcept {
  return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
}

// As short as it can be: 0.5, 1, 1e+09.
std::string number_text(double number) {
  std::ostringstream out;
  out << number;
  return out.str();
}

std::string assignment(std::string_view key, std::string_view value) {
  return std::string(key) + " = " + std::string(value);
}

}  // namespace

Section::Section(const Node& table, const KeyList& keys, Findings& findings)
    : table_(&table), findings_(&findings) {
  for (const Node& child : table.children) {
    if (std::find(keys.keys.begin(), keys.keys.end(), child.key) == keys.keys.end()) {
      findings.mistake(child.line,
                       "unknown key " + in_quotes(child.key) + " in " + std::string(keys.title),
                       unknown_key_mend(child.key, keys));
    }
  }
}

unsigned Section::line_of(std::string_view key) const {
  const Node* const node = find(key);
  return node == nullptr ? line() : node->line;
}

void Section::mistake(std::string_view key, const std::string& message, std::string mend) const {
  findings_->mistake(line_of(key), std::string(key) + " " + message, std::move(mend));
}

void Section::missing(std::string_view key, std::string mend) const {
  findings_->mistake(line(), std::string(key) + " is missing", std::move(mend));
}

bool Section::require(std::string_view key, std::string_view mend) const {
  if (has(key)) {
    return true;
  }
  missing(key, std::string(mend));
  return false;
}

const Node* Section::of_kind(std::string_view key, Node::Kind kind, const std::string& mend) const {
  const Node* const node = find(key);
  if (node == nullptr || node->kind == kind) {
    return node;
  }
  mistake(
      key,
      "must be " + std::string(kind_words(kind)) + ", not " + std::string(kind_words(node->kind)),
      mend);
  return nullptr;
}

bool Section::text(std::string_view key, std::string& target) const {
  const Node* const node =
      of_kind(key, Node::Kind::String, "write it in quotes, " + assignment(key, "\"...\""));
  if (node == nullptr) {
    return false;
  }
  if (node->string.empty()) {
    mistake(key, "is empty", "write a text between the quotes, or leave the key out");
    return false;
  }
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  };
  if (std::any_of(node->string.begin(), node->string.end(), is_control)) {
    mistake(key, "holds a control character", "write it on one line and without tabs");
    return false;
  }
  target = node->string;
  return true;
}

bool Section::name(std::string_view key, std::size_t limit, std::string& target) const {
  std::string name;
  if (!text(key, name)) {
    return false;
  }
  const std::string allowed = "use letters, digits, '-', '_' and '.', a letter or digit first";
  const auto bad = std::find_if_not(name.begin(), name.end(), is_name_character);
  if (bad != name.end()) {
    // A byte of a longer character cannot be shown by itself.
    const bool ascii = static_cast<unsigned char>(*bad) < 0x80;
    mistake(key,
            in_quotes(name) + " holds a character that a name cannot have" +
                (ascii ? ", '" + std::string(1, *bad) + "'" : ""),
            allowed);
    return false;
  }
  if (!is_letter_or_digit(name.front())) {
    mistake(key, in_quotes(name) + " does not start with a letter or digit", allowed);
    return false;
  }
  if (name.size() > limit) {
    mistake(key, in_quotes(name) + " has " + std::to_string(name.size()) + " characters",
            "use at most " + std::to_string(limit));
    return false;
  }
  target = name;
  return true;
}

bool Section::boolean(std::string_view key, bool& target) const {
  const Node* const node =
      of_kind(key, Node::Kind::Boolean, "write " + assignment(key, "true") + " or false");
  if (node != nullptr) {
    target = node->boolean;
  }
  return node != nullptr;
}

bool Section::number(std::string_view key, Limits<double> limits, double& target) const {
  const Node* const node = find(key);
  if (node == nullptr) {
    return false;
  }
  if (node->kind != Node::Kind::Float && node->kind != Node::Kind::Integer) {
    mistake(key, "must be a number, not " + std::string(kind_words(node->kind)),
            "write it without quotes and without a unit, " + assignment(key, "1.5"));
    return false;
  }
  if (!std::isfinite(node->number)) {
    mistake(key, "must be a finite number", "write it in digits, " + assignment(key, "1.5"));
    return false;
  }
  if (node->number < limits.low || node->number > limits.high) {
    mistake(key, number_text(node->number) + " is out of its range",
            "use a number from " + number_text(limits.low) + " to " + number_text(limits.high));
    return false;
  }
  target = node->number;
  return true;
}

std::optional<std::int64_t> Section::checked_integer(std::string_view key,
                                                     Limits<std::int64_t> limits) const {
  const Node* const node =
      of_kind(key, Node::Kind::Integer,
              "write it in digits, " +
                  assignment(key, std::to_string(std::max<std::int64_t>(limits.low, 1))));
  if (node == nullptr) {
    return std::nullopt;
  }
  if (node->integer < limits.low || node->integer > limits.high) {
    mistake(key, std::to_string(node->integer) + " is out of its range",
            "use a whole number from " + std::to_string(limits.low) + " to " +
                std::to_string(limits.high));
    return std::nullopt;
  }
  return node->integer;
}

std::optional<std::size_t> Section::checked_choice(std::string_view key,
                                                   std::span<const std::string_view> words) const {
  const Node* const node = of_kind(key, Node::Kind::String, "use " + alternatives(words));
  if (node == nullptr) {
    return std::nullopt;
  }
  const auto found = std::find(words.begin(), words.end(), node->string);
  if (found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  const auto nearest = nearest_word(node->string, words);
  mistake(
      key, in_quotes(node->string) + " is not known",
      (nearest ? "did you mean " + in_quotes(*nearest) + "? " : "") + "use " + alternatives(words));
  return std::nullopt;
}

// A quantity that stands there as a bare number gets the advice that fits it best.
const Node* Section::quantity_node(std::string_view key, std::string_view example,
                                   std::string_view unit) const {
  const Node* const node = find(key);
  if (node == nullptr || node->kind == Node::Kind::String) {
    return node;
  }
  if (node->kind == Node::Kind::Integer || node->kind == Node::Kind::Float) {
    const std::string written = number_text(node->number);
    mistake(key, written + " has no unit",
            "write it with one and in quotes, " +
                assignment(key, "\"" + written + " " + std::string(unit) + "\""));
  } else {
    mistake(key,
            "must be a text such as " + in_quotes(example) + ", not " +
                std::string(kind_words(node->kind)),
            "write " + assignment(key, in_quotes(example)));
  }
  return nullptr;
}

bool Section::duration(std::string_view key, Limits<core::Nanoseconds> limits,
                       core::Nanoseconds& target) const {
  const Node* const node = quantity_node(key, "10 ms", "ms");
  if (node == nullptr) {
    return false;
  }
  auto parsed = parse_duration(node->string);
  if (!parsed.ok()) {
    mistake(key, parsed.problem, std::move(parsed.mend));
    return false;
  }
  if (*parsed.value < limits.low || *parsed.value > limits.high) {
    const bool below = *parsed.value < limits.low;
    mistake(
        key, in_quotes(node->string) + " is too " + (below ? "short" : "long"),
        "use a duration from " + duration_text(limits.low) + " to " + duration_text(limits.high));
    return false;
  }
  target = *parsed.value;
  return true;
}

bool Section::rate(std::string_view key, core::Nanoseconds& period) const {
  const Node* const node = quantity_node(key, "100 Hz", "Hz");
  if (node == nullptr) {
    return false;
  }
  auto parsed = parse_rate(node->string);
  if (!parsed.ok()) {
    mistake(key, parsed.problem, std::move(parsed.mend));
    return false;
  }
  if (parsed.rounded) {
    findings_->note(node->line, std::string(key) + " " + in_quotes(node->string) +
                                    " is no whole number of nanoseconds; the period used is " +
                                    duration_text(*parsed.value));
  }
  period = *parsed.value;
  return true;
}

bool Section::size(std::string_view key, Limits<std::uint64_t> limits,
                   std::uint64_t& target) const {
  const Node* const node = quantity_node(key, "64 MB", "MB");
  if (node == nullptr) {
    return false;
  }
  auto parsed = parse_size(node->string);
  if (!parsed.ok()) {
    mistake(key, parsed.problem, std::move(parsed.mend));
    return false;
  }
  if (*parsed.value < limits.low || *parsed.value > limits.high) {
    const bool below = *parsed.value < limits.low;
    mistake(key, in_quotes(node->string) + " is too " + (below ? "small" : "large"),
            "use a size from " + size_text(limits.low) + " to " + size_text(limits.high));
    return false;
  }
  target = *parsed.value;
  return true;
}

bool Section::texts(std::string_view key, std::vector<std::string>& target) const {
  const std::string mend = "write " + assignment(key, "[\"...\", \"...\"]");
  const Node* const node = of_kind(key, Node::Kind::Array, mend);
  if (node == nullptr) {
    return false;
  }
  std::vector<std::string> texts;
  for (const Node& child : node->children) {
    if (child.kind != Node::Kind::String || child.string.empty()) {
      findings_->mistake(child.line, std::string(key) + " must hold texts only", mend);
      return false;
    }
    texts.push_back(child.string);
  }
  target = std::move(texts);
  return true;
}

bool Section::element(std::string_view key, const Node& node, std::int64_t high,
                      std::string_view what) const {
  if (node.kind != Node::Kind::Integer) {
    findings_->mistake(node.line,
                       std::string(key) + " must be " + std::string(what) + ", not " +
                           std::string(kind_words(node.kind)),
                       "write " + assignment(key, "3") + " or " + assignment(key, "[2, 3]"));
    return false;
  }
  if (node.integer < 0 || node.integer > high) {
    findings_->mistake(
        node.line, std::string(key) + " " + std::to_string(node.integer) + " is out of its range",
        "use whole numbers from 0 to " + std::to_string(high));
    return false;
  }
  return true;
}

bool Section::cores(std::string_view key, bool may_be_empty, std::vector<unsigned>& target) const {
  const Node* const node = find(key);
  if (node == nullptr) {
    return false;
  }
  const std::span<const Node> nodes =
      node->kind == Node::Kind::Array ? std::span<const Node>(node->children) : std::span(node, 1);
  if (nodes.empty() && !may_be_empty) {
    mistake(key, "is an empty array", "name at least one core, or leave the key out");
    return false;
  }
  std::vector<unsigned> cores;
  bool good = true;
  for (const Node& child : nodes) {
    if (!element(key, child, core::kCoreLimit - 1, "a core number or an array of them")) {
      good = false;
      continue;
    }
    const auto core = static_cast<unsigned>(child.integer);
    if (std::find(cores.begin(), cores.end(), core) != cores.end()) {
      findings_->mistake(child.line,
                         std::string(key) + " names core " + std::to_string(core) + " twice",
                         "name each core once");
      good = false;
    }
    cores.push_back(core);
  }
  if (good) {
    target = std::move(cores);
  }
  return good;
}

bool Section::slots(std::string_view key, std::vector<std::uint64_t>& target) const {
  const Node* const node = of_kind(key, Node::Kind::Array,
                                   "write " + assignment(key, "[3, 4]") + ", slots count from 0");
  if (node == nullptr) {
    return false;
  }
  std::vector<std::uint64_t> slots;
  for (const Node& child : node->children) {
    if (!element(key, child, static_cast<std::int64_t>(core::kSlotLimit) - 1, "slot numbers")) {
      return false;
    }
    slots.push_back(static_cast<std::uint64_t>(child.integer));
  }
  target = std::move(slots);
  return true;
}

}  // namespace isotherm::settings
