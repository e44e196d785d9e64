// Reading the kernel's text files of /proc. Internal to os/ and diagnose/.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace isotherm::os {

// Housekeeping. The whole file; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_proc(const std::string& path);

// What follows `key` and a colon on the line that begins with `key`, without blanks around it.
[[nodiscard]] std::optional<std::string_view> proc_field(std::string_view text,
                                                         std::string_view key);

// The text up to the first blank or line end; `text` is advanced past it and the blanks after it.
[[nodiscard]] std::string_view next_word(std::string_view& text);

// A whole word as a decimal number.
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view word) {
  Number number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace isotherm::os
