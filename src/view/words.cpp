#include "view/words.hpp"

#include <algorithm>

#include "core/utf8.hpp"

namespace isotherm::view {

std::size_t columns_of(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // no continuation byte
  }));
}

std::string fitted(std::string_view text, std::size_t columns, std::string_view cut) {
  std::string whole = core::printable(text);
  if (columns_of(whole) <= columns) {
    return whole;
  }
  const std::size_t kept = columns - std::min(columns, columns_of(cut));
  std::string_view rest = whole;
  for (std::size_t i = 0; i < kept; ++i) {
    rest.remove_prefix(core::utf8_length(rest));
  }
  whole.resize(whole.size() - rest.size());
  return columns < columns_of(cut) ? whole : whole + std::string{cut};
}

std::string unit_sign(std::string_view unit, bool unicode) {
  return unicode && unit == "degC" ? "\u00B0C" : std::string{unit};
}

}  // namespace isotherm::view
