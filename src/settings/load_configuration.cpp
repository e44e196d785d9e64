#include "settings/load_configuration.hpp"

#include <utility>

#include "settings/document.hpp"
#include "settings/keys.hpp"
#include "settings/section.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

// A thread each; SCHED_FIFO priorities and cores end long before.
constexpr std::size_t kReaderLimit = 256;

// A table of the top level that there is at most once; null if it is not there or is none.
const Node* single_table(const Section& root, std::string_view key) {
  const Node* const node = root.find(key);
  if (node == nullptr || node->kind == Node::Kind::Table) {
    return node;
  }
  const std::string header = "[" + std::string(key) + "]";
  root.mistake(key, "must be one table, " + header,
               node->kind == Node::Kind::Array ? "write " + header + ", with single brackets, once"
                                               : "write " + header + " and its keys under it");
  return nullptr;
}

void read_readers(const Section& root, Findings& findings, Configuration& configuration) {
  const std::string mend = "write [[reader]], with double brackets, and under it name = \"...\"";
  const Node* const readers = root.find("reader");
  if (readers == nullptr) {
    findings.mistake(1, "there is no reader", mend + " and a [[reader.sensor]]");
    return;
  }
  if (readers->kind != Node::Kind::Array || readers->children.empty()) {
    root.mistake("reader", "must be an array of tables", mend);
    return;
  }
  if (readers->children.size() > kReaderLimit) {
    root.mistake("reader", "is there more than " + std::to_string(kReaderLimit) + " times",
                 "let one reader read several sensors");
    return;
  }
  TakenNames taken;
  for (const Node& child : readers->children) {
    if (child.kind != Node::Kind::Table) {
      findings.mistake(child.line, "reader must be an array of tables", mend);
      continue;
    }
    read_reader(child, configuration.station.housekeeping, findings, taken,
                configuration.readers.emplace_back());
  }
}

LoadResult result_of(Configuration configuration, Findings& findings) {
  return {std::move(configuration), findings.take_mistakes(), findings.take_notes()};
}

}  // namespace

LoadResult parse_configuration(std::string_view text, const std::string& name) {
  Findings findings(name);
  Configuration configuration;
  configuration.file = name;
  if (const auto document = parse_document(text, findings)) {
    const Section root(*document, kRootTable, findings);
    if (const Node* const station = single_table(root, "station")) {
      read_station(*station, findings, configuration.station);
    }
    if (const Node* const log = single_table(root, "log")) {
      read_log(*log, findings, configuration.log, configuration.window);
    }
    if (const Node* const history = single_table(root, "history")) {
      read_history(*history, findings, configuration.history);
    }
    if (const Node* const capture = single_table(root, "capture")) {
      read_capture(*capture, findings, configuration.capture);
    }
    read_readers(root, findings, configuration);
  }
  return result_of(std::move(configuration), findings);
}

LoadResult load_configuration(const std::string& path) {
  Findings findings(path);
  if (const auto text = read_text(path, findings)) {
    return parse_configuration(*text, path);
  }
  Configuration configuration;
  configuration.file = path;
  return result_of(std::move(configuration), findings);
}

}  // namespace isotherm::settings
