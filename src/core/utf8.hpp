// UTF-8 (RFC 3629), for texts that others have chosen: any process may give itself any bytes as its
// name (prctl(2), PR_SET_NAME). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace isotherm::core {

// Length of the UTF-8 sequence at the beginning of `text`, 1 to 4 bytes; 0 where there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

// `text` for a terminal, which takes control characters for commands: a '?' stands for each of them
// (U+0000 to U+001F, U+007F to U+009F), and for each byte that is no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace isotherm::core
