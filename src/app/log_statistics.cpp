#include "app/log_statistics.hpp"

#include <spdlog/fmt/fmt.h>

#include <filesystem>

#include "app/json.hpp"
#include "app/log_records.hpp"
#include "app/text_table.hpp"
#include "app/words.hpp"
#include "core/setup_error.hpp"
#include "query/history_source.hpp"

namespace isotherm::app {
namespace {

using nlohmann::ordered_json;

// One store of the log, measured.
struct StoreStatistics {
  std::string what;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  std::optional<history::TimeRange> extent;

  [[nodiscard]] std::optional<double> bytes_a_row() const {
    return rows == 0 ? std::nullopt
                     : std::optional(static_cast<double>(bytes) / static_cast<double>(rows));
  }
  [[nodiscard]] std::optional<double> bytes_a_day() const {
    constexpr double kDay = 86400;
    const double seconds =
        extent ? std::chrono::duration<double>(extent->to - extent->from).count() : 0.0;
    return seconds <= 0 ? std::nullopt : std::optional(static_cast<double>(bytes) * kDay / seconds);
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
    query::HistorySource source(place.history);
    store.extent = source.extent();
    store.rows = rows_in(source);
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

StoreStatistics of_events(const LogPlace& place, const LogQuestion& question) {
  StoreStatistics store;
  store.what = "events";
  for (const std::string& path : place.files.events) {
    add_file(store, path);
  }
  const history::TimeRange ever{core::WallTime::min(), core::WallTime::max()};
  const auto events = question.source.events(ever);
  store.rows = events.size();
  if (!events.empty()) {
    store.extent = history::TimeRange{events.front().time, events.back().time};
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
  using Align = TextTable::Align;
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
  stores.push_back(of_events(place, question));
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
