// Text in a page.
#pragma once

#include <string>
#include <string_view>

namespace isotherm::view {

// For text and for attributes in double quotes; what is no UTF-8 or a control character is
// replaced. Pure.
[[nodiscard]] std::string html_text(std::string_view text);

}  // namespace isotherm::view
