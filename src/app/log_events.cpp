#include "app/log_events.hpp"

#include "app/json.hpp"
#include "app/log_question.hpp"
#include "app/log_records.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

ordered_json fields_json(const std::string& fields) {
  return ordered_json::parse(fields, nullptr, false);
}

// As it stands in events.jsonl: the fields beside time, severity and event.
ordered_json event_json(const history::StoredEvent& event, bool nested) {
  ordered_json json{{"time", time_words(event.time)},
                    {"severity", core::severity_word(event.severity)},
                    {"event", event.kind}};
  ordered_json fields = fields_json(event.fields);
  if (nested) {
    json["fields"] = std::move(fields);
  } else if (fields.is_object()) {
    json.update(fields);
  }
  return json;
}

}  // namespace

ordered_json event_fields(const history::StoredEvent& event) {
  ordered_json fields = fields_json(event.fields);
  return fields.is_object() ? fields : ordered_json::object();
}

std::string event_field_words(const std::string& fields) {
  const ordered_json json = fields_json(fields);
  if (!json.is_object()) {
    return fields;
  }
  std::string words;
  for (const auto& [name, value] : json.items()) {
    words += words.empty() ? "" : " ";
    words += name + "=";
    words += value.is_string() ? value.get<std::string>()
                               : value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  }
  return words;
}

void print_log_events(const LogQuestion& question) {
  const std::vector<history::StoredEvent> events = question.source.events(question.range);
  if (question.options.form != LogForm::Table) {
    std::vector<ordered_json> records;
    records.reserve(events.size());
    for (const history::StoredEvent& event : events) {
      records.push_back(event_json(event, question.options.form == LogForm::Csv));
    }
    question.output.put(
        records_text(question.options.form, {"time", "severity", "event", "fields"}, records));
    return;
  }
  if (events.empty()) {
    question.output.put("no events from " + when_words(question.options, question.range.from) +
                        " to " + when_words(question.options, question.range.to) + "\n");
    return;
  }
  TextTable table({{"time", Align::Left},
                   {"severity", Align::Left},
                   {"event", Align::Left},
                   {"", Align::Left}});
  for (const history::StoredEvent& event : events) {
    table.add_row({when_words(question.options, event.time),
                   std::string(core::severity_word(event.severity)), event.kind,
                   event_field_words(event.fields)});
  }
  question.output.put(table.text());
}

}  // namespace isotherm::app
