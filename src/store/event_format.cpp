#include "store/event_format.hpp"

#include <cmath>

#include "core/json_text.hpp"
#include "store/text_parts.hpp"

namespace isotherm::store {
namespace {

constexpr std::string_view severity_word(core::Severity severity) noexcept {
  switch (severity) {
    case core::Severity::Info:
      return "info";
    case core::Severity::Warning:
      return "warning";
    case core::Severity::Error:
      return "error";
  }
  return "info";
}

struct AppendValue {
  std::string& out;

  void operator()(std::int64_t number) const { append_integer(out, number); }
  void operator()(double number) const {
    if (std::isfinite(number)) {
      append_value(out, number);
    } else {
      out += "null";
    }
  }
  void operator()(bool yes) const { out += yes ? "true" : "false"; }
  void operator()(const std::string& text) const { core::append_json_string(out, text); }
};

}  // namespace

std::string format_event(const core::Event& event) {
  std::string out = "{";
  append_json_name(out, "time");
  out += '"';
  append_time(out, event.time);
  out += '"';
  append_json_name(out, "severity");
  core::append_json_string(out, severity_word(event.severity));
  append_json_name(out, "event");
  core::append_json_string(out, event.kind);
  for (const auto& [name, value] : event.fields) {
    append_json_name(out, name);
    std::visit(AppendValue{out}, value);
  }
  out += '}';
  return out;
}

}  // namespace isotherm::store
