#include "store/row_format.hpp"

#include "core/row_format.hpp"

namespace isotherm::store {

std::string_view header_line(LogFormat format) noexcept {
  return format == LogFormat::Csv ? core::kCsvHeader : std::string_view();
}

std::string format_row(LogFormat format, const core::Row& row) {
  return format == LogFormat::Csv ? core::format_csv(row) : core::format_json(row);
}

}  // namespace isotherm::store
