#include "store/event_format.hpp"

#include <cmath>

#include "core/json_text.hpp"
#include "core/text_parts.hpp"

namespace isotherm::store {
namespace {

struct AppendValue {
  std::string& out;

  void operator()(std::int64_t number) const { core::append_integer(out, number); }
  void operator()(double number) const {
    if (std::isfinite(number)) {
      core::append_value(out, number);
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
  core::append_json_name(out, "time");
  out += '"';
  core::append_time(out, event.time);
  out += '"';
  core::append_json_name(out, "severity");
  core::append_json_string(out, core::severity_word(event.severity));
  core::append_json_name(out, "event");
  core::append_json_string(out, event.kind);
  for (const auto& [name, value] : event.fields) {
    core::append_json_name(out, name);
    std::visit(AppendValue{out}, value);
  }
  out += '}';
  return out;
}

}  // namespace isotherm::store
