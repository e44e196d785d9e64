#include "app/log_records.hpp"

#include "app/json.hpp"
#include "core/row_format.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

std::string one_line(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string csv_line(const std::vector<std::string>& names, const ordered_json& record) {
  std::string line;
  for (const std::string& name : names) {
    line += line.empty() ? "" : ",";
    const auto value = record.find(name);
    if (value != record.end() && !value->is_null()) {
      core::append_csv_text(line,
                            value->is_string() ? value->get<std::string>() : one_line(*value));
    }
  }
  return line + "\n";
}

}  // namespace

std::string records_text(LogForm form, const std::vector<std::string>& names,
                         const std::vector<ordered_json>& records) {
  std::string text;
  if (form == LogForm::Csv) {
    for (const std::string& name : names) {
      text += (text.empty() ? "" : ",") + name;
    }
    text += "\n";
  }
  ordered_json all = ordered_json::array();
  for (const ordered_json& record : records) {
    if (form == LogForm::Csv) {
      text += csv_line(names, record);
    } else if (form == LogForm::JsonLines) {
      text += one_line(record) + "\n";
    } else {
      all.push_back(record);
    }
  }
  return form == LogForm::Json ? json_text(all) : text;
}

}  // namespace isotherm::app
