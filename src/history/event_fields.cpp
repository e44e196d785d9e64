#include "history/event_fields.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "core/json_text.hpp"

namespace isotherm::history {
namespace {

struct AppendField {
  std::string& out;

  void operator()(std::int64_t value) const { append_number(value); }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      append_number(value);
    } else {
      out += "null";
    }
  }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(const std::string& value) const { core::append_json_string(out, value); }

  template <typename Number>
  void append_number(Number value) const {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  }
};

}  // namespace

std::string event_fields(const core::Event& event) {
  std::string out = "{";
  for (const auto& [name, value] : event.fields) {
    out += out.size() > 1 ? "," : "";
    core::append_json_string(out, name);
    out += ':';
    std::visit(AppendField{out}, value);
  }
  return out + "}";
}

}  // namespace isotherm::history
