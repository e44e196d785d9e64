#include "app/log_statistics.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <filesystem>

#include "app/json.hpp"
#include "app/log_events.hpp"
#include "app/log_records.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"
#include "core/setup_error.hpp"
#include "history/history_reader.hpp"
#include "query/file_source.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

constexpr history::TimeRange kEver{core::WallTime::min(), core::WallTime::max()};

// One store of the log, measured.
struct StoreStatistics {
  std::string what;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;  // that it holds; of the history: windows, and what they were merged to
  std::optional<history::TimeRange> extent;
  std::optional<double> seconds;  // that it covers, if that is not its extent

  [[nodiscard]] std::optional<double> bytes_a_row() const {
    return rows == 0 ? std::nullopt
                     : std::optional(static_cast<double>(bytes) / static_cast<double>(rows));
  }
  [[nodiscard]] std::optional<double> bytes_a_day() const {
    constexpr double kSecondsADay = 86400;
    const double from_to =
        extent ? std::chrono::duration<double>(extent->to - extent->from).count() : 0.0;
    const double length = seconds.value_or(from_to);
    return length <= 0 ? std::nullopt
                       : std::optional(static_cast<double>(bytes) * kSecondsADay / length);
  }
};

void add_file(StoreStatistics& store, const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!error) {
    ++store.files;
    store.bytes += size;
  }
}

std::uint64_t rows_in(query::LogSource& source) {
  const auto extent = source.extent();
  if (!extent) {
    return 0;
  }
  const history::TimeRange all{extent->from, extent->to + core::Nanoseconds{1}};
  const auto sensors = source.sensors(all);
  std::uint64_t rows = 0;
  for (const auto& total : source.totals(sensors, all)) {
    rows += total ? total->windows : 0;
  }
  return rows;
}

StoreStatistics of_history(const LogPlace& place) {
  StoreStatistics store;
  store.what = "history";
  for (const char* suffix : {"", "-wal", "-shm"}) {
    add_file(store, place.history + suffix);
  }
  if (store.files > 0) {
    history::HistoryReader reader(place.history);
    store.extent = reader.extent();
    store.rows = reader.bucket_count();
  }
  return store;
}

StoreStatistics of_files(const LogPlace& place) {
  StoreStatistics store;
  store.what = "files";
  for (const query::RowFile& file : place.files.rows) {
    add_file(store, file.path);
  }
  query::FileSource source(place.files);
  store.extent = source.extent();
  store.rows = rows_in(source);
  return store;
}

// Those of the files, which have more of them than the history.
StoreStatistics of_events(const LogPlace& place) {
  const auto events = query::FileSource(place.files).events(kEver);
  StoreStatistics store;
  store.what = "events";
  for (const std::string& path : place.files.events) {
    add_file(store, path);
  }
  store.rows = events.size();
  if (!events.empty()) {
    store.extent = history::TimeRange{events.front().time, events.back().time};
  }
  return store;
}

// What the station says that it has written in all, to files that are still there or not.
StoreStatistics of_writes(const std::vector<history::StoredEvent>& events) {
  StoreStatistics store;
  store.what = "written";
  store.seconds = 0.0;
  for (const history::StoredEvent& event : events) {
    if (event.kind != "writes") {
      continue;
    }
    const ordered_json fields = event_fields(event);
    const auto number = [&fields](const char* name) {
      const auto found = fields.find(name);
      return found != fields.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    const std::chrono::duration<double> length{number("duration_s")};
    store.bytes += static_cast<std::uint64_t>(std::max(number("bytes"), 0.0));
    store.rows += static_cast<std::uint64_t>(std::max(number("rows"), 0.0));
    *store.seconds += length.count();
    const core::WallTime began = event.time - std::chrono::duration_cast<core::Nanoseconds>(length);
    store.extent = history::TimeRange{store.extent ? store.extent->from : began, event.time};
  }
  return store;
}

std::string number_words(const std::optional<double>& number) {
  return number ? fmt::format("{:.1f}", *number) : "-";
}

ordered_json store_json(const StoreStatistics& store) {
  const auto end_words = [&](core::WallTime history::TimeRange::*end) {
    return store.extent ? ordered_json(time_words((*store.extent).*end)) : ordered_json(nullptr);
  };
  return {{"store", store.what},
          {"files", store.files},
          {"bytes", store.bytes},
          {"rows", store.rows},
          {"bytes_per_row", or_null(store.bytes_a_row())},
          {"bytes_per_day", or_null(store.bytes_a_day())},
          {"from", end_words(&history::TimeRange::from)},
          {"to", end_words(&history::TimeRange::to)}};
}

std::string stores_table(const LogQuestion& question, const std::vector<StoreStatistics>& stores) {
  TextTable table({{"", Align::Left},
                   {"files"},
                   {"size"},
                   {"rows"},
                   {"bytes a row"},
                   {"a day"},
                   {"from", Align::Left},
                   {"to", Align::Left}});
  for (const StoreStatistics& store : stores) {
    const auto a_day = store.bytes_a_day();
    table.add_row({store.what, std::to_string(store.files), size_words(store.bytes),
                   std::to_string(store.rows), number_words(store.bytes_a_row()),
                   a_day ? size_words(static_cast<std::uint64_t>(*a_day)) : "-",
                   store.extent ? when_words(question.options, store.extent->from) : "-",
                   store.extent ? when_words(question.options, store.extent->to) : "-"});
  }
  return table.text();
}

}  // namespace

void print_log_statistics(const LogPlace& place, const LogQuestion& question) {
  std::vector<StoreStatistics> stores;
  if (question.of_history) {
    stores.push_back(of_history(place));
  }
  stores.push_back(of_files(place));
  stores.push_back(of_events(place));
  if (const auto writes = of_writes(question.source.events(kEver)); writes.extent) {
    stores.push_back(writes);
  }
  if (question.options.form == LogForm::Table) {
    question.output.put(stores_table(question, stores));
    return;
  }
  std::vector<ordered_json> records;
  records.reserve(stores.size());
  for (const StoreStatistics& store : stores) {
    records.push_back(store_json(store));
  }
  question.output.put(records_text(
      question.options.form,
      {"store", "files", "bytes", "rows", "bytes_per_row", "bytes_per_day", "from", "to"},
      records));
}

}  // namespace isotherm::app
