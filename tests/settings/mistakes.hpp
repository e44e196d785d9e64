// What the tests of configuration mistakes share: a small good configuration with one line more.
#pragma once

#include <string>
#include <vector>

#include "settings/load_configuration.hpp"

namespace isotherm::test {

inline std::vector<std::string> texts(const std::vector<settings::Diagnostic>& diagnostics) {
  std::vector<std::string> all;
  all.reserve(diagnostics.size());
  for (const auto& diagnostic : diagnostics) {
    all.push_back(diagnostic.text());
  }
  return all;
}

inline std::vector<std::string> mistakes(const std::string& text) {
  return texts(settings::parse_configuration(text, "t").diagnostics);
}

// The line is number 3 of the file.
inline std::vector<std::string> in_reader(const std::string& line) {
  return mistakes("[[reader]]\nname = \"r\"\n" + line + "\n[[reader.sensor]]\nname = \"s\"\n");
}

// Number 5.
inline std::vector<std::string> in_sensor(const std::string& line) {
  return mistakes("[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n" + line + "\n");
}

// Number 2, under [station] or [log].
inline std::vector<std::string> in_table(const std::string& table, const std::string& line) {
  return mistakes(table + "\n" + line +
                  "\n[[reader]]\nname = \"r\"\n[[reader.sensor]]\nname = \"s\"\n");
}
inline std::vector<std::string> in_station(const std::string& line) {
  return in_table("[station]", line);
}
inline std::vector<std::string> in_log(const std::string& line) { return in_table("[log]", line); }
inline std::vector<std::string> in_capture(const std::string& line) {
  return in_table("[capture]", line);
}
inline std::vector<std::string> in_history(const std::string& line) {
  return in_table("[history]", line);
}

}  // namespace isotherm::test
