// Lines of the temperature log and of events.jsonl as what they were written from
// (core/row_format.hpp, store/event_format.hpp). Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/row.hpp"
#include "history/history_reader.hpp"

namespace isotherm::query {

// The fields of one record of RFC 4180, without their quotes. Nothing where a quote does not end.
[[nodiscard]] bool split_csv(std::string_view line, std::vector<std::string>& fields);

// "2026-01-01T00:00:00.000Z"
[[nodiscard]] std::optional<core::WallTime> parse_log_time(std::string_view text);

// Reads the rows of one CSV file, in the order of the columns that its header names.
class CsvRows {
 public:
  enum class Line { Row, Header, Nonsense };

  // A row that holds together: its counts add up, and it has statistics where it has good samples.
  [[nodiscard]] Line parse(std::string_view line, core::Row& row);

 private:
  [[nodiscard]] bool take_header();
  [[nodiscard]] std::string_view field(std::size_t column) const;

  // By column of core::kCsvHeader: its place in this file. Before any header: as isotherm writes.
  std::array<std::size_t, 18> places_{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
  std::size_t columns_ = 18;
  std::vector<std::string> fields_;
};

[[nodiscard]] bool parse_json_row(std::string_view line, core::Row& row);

[[nodiscard]] std::optional<history::StoredEvent> parse_event(std::string_view line);

}  // namespace isotherm::query
