// Rows of a file of the temperature log that come in pieces of any length. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "query/file_source.hpp"
#include "query/row_parse.hpp"

namespace isotherm::query {

class RowStream {
 public:
  explicit RowStream(FileFormat format) : format_(format) {}

  // From here on it is another file: half a line that waits was torn.
  void restart();
  // Passes on each row whose line is complete; lines that make no sense are left out.
  void add(std::string_view text, const std::function<void(const core::Row&)>& visit);

 private:
  FileFormat format_;
  CsvRows csv_;
  std::string waiting_;
  core::Row row_;
};

}  // namespace isotherm::query
