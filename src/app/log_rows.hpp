// Rows of the log as `isotherm log` prints them, one at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "app/commands.hpp"
#include "core/row.hpp"
#include "history/history_reader.hpp"

namespace isotherm::app {

class LogRowPrinter {
 public:
  // The sensors that may come, for the width of their column.
  LogRowPrinter(const LogOptions& options, std::span<const history::SensorEntry> sensors);

  // What comes before the first row, each row, and what comes behind the last; with line ends.
  [[nodiscard]] std::string begin(const history::TimeRange& range) const;
  [[nodiscard]] std::string row(const core::Row& row);
  [[nodiscard]] std::string end() const;

 private:
  [[nodiscard]] std::string table_line(const core::Row& row) const;

  const LogOptions& options_;
  std::size_t name_width_;
  bool first_ = true;
};

}  // namespace isotherm::app
