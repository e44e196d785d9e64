#include "app/log_files.hpp"

#include <algorithm>
#include <filesystem>

#include "app/station_history.hpp"
#include "core/setup_error.hpp"
#include "os/directory.hpp"
#include "query/history_source.hpp"
#include "query/joined_source.hpp"
#include "settings/load_configuration.hpp"
#include "store/rotation.hpp"

namespace isotherm::app {
namespace {

using core::ExitCode;
using core::SetupError;

constexpr const char* kNameAnother =
    "name the folder of a log with --log-dir DIR, or the station's configuration with --config "
    "FILE";

settings::Configuration load_for_log(const std::string& path) {
  settings::LoadResult result = settings::load_configuration(path);
  if (!result.ok()) {
    const settings::Diagnostic& first = result.diagnostics.front();
    throw SetupError(ExitCode::Config, first.message,
                     first.line == 0 ? first.file : first.file + ":" + std::to_string(first.line),
                     first.mend.empty() ? "isotherm check says more" : first.mend);
  }
  return std::move(result.configuration);
}

// The numbers of those rotated files that are there, the largest (oldest) first, and 0 at last.
// `head` and `tail` are of "temperature.7.csv": "temperature" and ".csv".
std::vector<std::string> rotated_files(const std::vector<std::string>& names,
                                       const std::string& current) {
  const auto dot = current.rfind('.');
  const std::string head = current.substr(0, dot + 1);
  const std::string tail = current.substr(dot);
  std::vector<std::pair<unsigned long, std::string>> found;
  for (const std::string& name : names) {
    if (name == current) {
      found.emplace_back(0, name);
    } else if (name.starts_with(head) && name.ends_with(tail) &&
               name.size() > head.size() + tail.size()) {
      const std::string number = name.substr(head.size(), name.size() - head.size() - tail.size());
      if (number.find_first_not_of("0123456789") == std::string::npos && number.size() < 9) {
        found.emplace_back(std::stoul(number), name);
      }
    }
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<std::string> sorted;
  sorted.reserve(found.size());
  for (auto& [number, name] : found) {
    sorted.push_back(std::move(name));
  }
  return sorted;
}

std::filesystem::file_time_type changed(const std::string& path) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  return error ? std::filesystem::file_time_type::min() : time;
}

// Both formats where the station has written both, the one that was left behind first.
std::vector<query::RowFile> row_files(const std::string& directory,
                                      const std::vector<std::string>& names) {
  std::vector<std::vector<query::RowFile>> groups;
  for (const store::LogFormat format : {store::LogFormat::Csv, store::LogFormat::JsonLines}) {
    std::vector<query::RowFile> group;
    for (const std::string& name : rotated_files(names, store::log_file_name(format))) {
      group.push_back({directory + "/" + name, format == store::LogFormat::Csv
                                                   ? query::FileFormat::Csv
                                                   : query::FileFormat::JsonLines});
    }
    groups.push_back(std::move(group));
  }
  if (!groups[0].empty() && !groups[1].empty() &&
      changed(groups[1].back().path) < changed(groups[0].back().path)) {
    std::swap(groups[0], groups[1]);
  }
  groups[0].insert(groups[0].end(), groups[1].begin(), groups[1].end());
  return std::move(groups[0]);
}

}  // namespace

LogPlace find_log(const LogOptions& options) {
  settings::Configuration configuration;
  if (options.config) {
    configuration = load_for_log(*options.config);
  }
  if (options.log_dir) {
    configuration.log.directory = *options.log_dir;
  }
  LogPlace place;
  place.directory = configuration.log.directory;
  std::error_code error;
  if (!std::filesystem::is_directory(place.directory, error)) {
    throw SetupError(ExitCode::Io, "there is no log: no such directory", place.directory,
                     kNameAnother);
  }
  if (configuration.history.enabled) {
    place.history = history_path(configuration.history, place.directory);
  }
  const std::vector<std::string> names = os::names_in(place.directory);
  place.files.rows = row_files(place.directory, names);
  for (const std::string& name : rotated_files(names, "events.jsonl")) {
    place.files.events.push_back(place.directory + "/" + name);
  }
  if (place.files.rows.empty() && !std::filesystem::exists(place.history, error)) {
    throw SetupError(ExitCode::Io,
                     "there is no log in this directory: no history and no temperature file",
                     place.directory, kNameAnother);
  }
  return place;
}

OpenLog open_log(const LogPlace& place) {
  OpenLog log;
  std::error_code error;
  if (std::filesystem::exists(place.history, error)) {
    try {
      auto history = std::make_unique<query::HistorySource>(place.history);
      if (history->extent() || place.files.rows.empty()) {
        log.source = query::join(std::move(history), place.files);
        log.is_history = true;
        return log;
      }
    } catch (const SetupError& problem) {
      if (place.files.rows.empty()) {
        throw;
      }
      log.notes.push_back(problem.where() + ": " + problem.problem() +
                          "; this is of the temperature log's files");
    }
  }
  log.source = std::make_unique<query::FileSource>(place.files);
  return log;
}

}  // namespace isotherm::app
