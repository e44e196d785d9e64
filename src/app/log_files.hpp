// Where a station's log lies, and what of it there is to be asked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "query/file_source.hpp"
#include "query/log_source.hpp"

namespace isotherm::app {

struct LogPlace {
  std::string directory;
  std::string history;    // its path, whether it is there or not; "": the station keeps none
  query::LogFiles files;  // those that are there
};

// By --log-dir or --config, or else where stations log by default. Throws SetupError if there is no
// such directory, or no log in it.
[[nodiscard]] LogPlace find_log(const LogOptions& options);

struct OpenLog {
  std::unique_ptr<query::LogSource> source;
  bool is_history = false;         // or that of the files alone
  std::vector<std::string> notes;  // what the operator should know
};

// The history, and the files for what they have beyond it; the files alone where there is no
// history, or one that cannot be read or has nothing in it.
[[nodiscard]] OpenLog open_log(const LogPlace& place);

}  // namespace isotherm::app
