#include "query/row_stream.hpp"

namespace isotherm::query {

void RowStream::restart() {
  waiting_.clear();
  csv_ = CsvRows();
}

void RowStream::add(std::string_view text, const std::function<void(const core::Row&)>& visit) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    waiting_ += text.substr(0, end);
    text.remove_prefix(end + 1);
    const bool is_row = format_ == FileFormat::JsonLines
                            ? parse_json_row(waiting_, row_)
                            : csv_.parse(waiting_, row_) == CsvRows::Line::Row;
    if (is_row) {
      visit(row_);
    }
    waiting_.clear();
  }
  waiting_ += text;
}

}  // namespace isotherm::query
