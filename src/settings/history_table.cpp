// [history].
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "settings/section.hpp"
#include "settings/suggestion.hpp"
#include "settings/tables.hpp"

namespace isotherm::settings {

namespace {

using namespace std::chrono_literals;

// 0 keeps a tier for ever; less than an hour would end before its windows are merged.
constexpr Limits<core::Nanoseconds> kRetention{0ns, 24h * 36'600};
constexpr core::Nanoseconds kRetentionMin = 1h;
constexpr Limits<std::uint64_t> kCap{history::kCapBytesMin, std::uint64_t{1} << 40U};
constexpr Limits<core::Nanoseconds> kFlush{history::kFlushIntervalMin, history::kFlushIntervalMax};
constexpr Limits<std::uint64_t> kWriteBudget{0, std::uint64_t{1} << 40U};

void read_retention(const Section& section, std::string_view key, core::Nanoseconds& retention) {
  core::Nanoseconds given{0};
  if (!section.duration(key, kRetention, given)) {
    return;
  }
  if (given > 0ns && given < kRetentionMin) {
    section.mistake(key, "is less than an hour",
                    "\"14 d\" keeps two weeks, \"0 d\" keeps them for ever");
    return;
  }
  retention = given;
}

// "temperature.csv", "temperature.3.csv", "events.1.jsonl", "capture-000001.isocap": what log,
// events and captures are written to (store/rotation.hpp, capture/capture_reader.hpp), and rotated
// or deleted by. The history there would be mixed with their lines, or go with them.
bool is_of_other_records(std::string_view name) {
  const std::size_t begin = name.find('.');
  const std::size_t end = name.rfind('.');
  if (end == std::string_view::npos) {
    return false;
  }
  const std::string_view stem = name.substr(0, begin);
  const std::string_view suffix = name.substr(end);
  if (suffix == ".isocap") {
    return true;
  }
  const std::string_view number = begin < end ? name.substr(begin + 1, end - begin - 1) : "0";
  return (stem == "temperature" || stem == "events") && (suffix == ".csv" || suffix == ".jsonl") &&
         !number.empty() &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_file(const Section& section, std::string& file) {
  std::string given;
  if (!section.text("file", given)) {
    return;
  }
  const std::string mend = "name a file of its own, such as \"history.db\"";
  const std::string_view text = given;
  const std::string_view name = text.substr(text.rfind('/') + 1);  // npos + 1 is 0
  if (name.empty() || name == "." || name == "..") {
    section.mistake("file", in_quotes(given) + " is a folder", mend);
  } else if (is_of_other_records(name)) {
    section.mistake("file", in_quotes(given) + " is a name of the log, the events or the captures",
                    mend);
  } else {
    file = std::move(given);
  }
}

}  // namespace

void read_history(const Node& table, Findings& findings, history::HistorySettings& history) {
  const Section section(table, kHistoryTable, findings);
  section.boolean("enabled", history.enabled);
  read_file(section, history.file);
  read_retention(section, "windows", history.retention.at(0));
  read_retention(section, "minutes", history.retention.at(1));
  read_retention(section, "hours", history.retention.at(2));
  section.size("cap", kCap, history.cap_bytes);
  section.duration("flush", kFlush, history.flush_interval);
  section.size("write_budget", kWriteBudget, history.write_budget);
}

}  // namespace isotherm::settings
