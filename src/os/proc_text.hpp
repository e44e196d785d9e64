// Reading the kernel's text files of /proc and /sys. Internal to os/ and diagnose/.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "core/attribute.hpp"
#include "core/cpu_set.hpp"

namespace isotherm::os {

// Housekeeping. The whole file; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_proc(const std::string& path);

// What follows `key` and a colon on the line that begins with `key`, without blanks around it.
[[nodiscard]] std::optional<std::string_view> proc_field(std::string_view text,
                                                         std::string_view key);

// The text up to the first blank or line end; `text` is advanced past it and the blanks after it.
[[nodiscard]] std::string_view next_word(std::string_view& text);

// A whole word as a number.
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view word, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  if (error != std::errc{} || end != word.data() + word.size()) {
    return std::nullopt;
  }
  return number;
}

// What a file holds: one decimal number.
template <std::integral Number>
[[nodiscard]] std::optional<Number> number_in(const core::FileTree& files,
                                              const std::string& path) {
  return parse_number<Number>(files.text(path).value_or(""));
}

// A list of cores as in "0-3,5". Empty if the file is missing or is no list: kernels before 6.0
// write "(null)" into nohz_full where nothing is set.
[[nodiscard]] core::CpuSet cores_in(const core::FileTree& files, const std::string& path);

}  // namespace isotherm::os
