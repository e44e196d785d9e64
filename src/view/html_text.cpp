#include "view/html_text.hpp"

#include "core/utf8.hpp"

namespace isotherm::view {

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char c : core::printable(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace isotherm::view
