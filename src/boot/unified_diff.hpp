// What changed between two texts, as `diff -u` writes it.
#pragma once

#include <string>
#include <string_view>

namespace isotherm::boot {

// Lines around a change, as `diff -u` has them.
inline constexpr std::size_t kDiffContext = 3;

// "" if the texts are equal. The names stand in its first two lines. Time and memory are the
// product of the two numbers of lines: for files that a person writes.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after,
                                       std::string_view name_before, std::string_view name_after);

}  // namespace isotherm::boot
