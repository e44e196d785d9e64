#include "core/event.hpp"

#include <array>

namespace isotherm::core {
namespace {

constexpr std::array<std::string_view, kSeverityCount> kSeverityWords = {"info", "warning",
                                                                         "error"};
static_assert(static_cast<std::size_t>(Severity::Error) + 1 == kSeverityCount);

}  // namespace

std::string_view severity_word(Severity severity) noexcept {
  const auto index = static_cast<std::size_t>(severity);
  return index < kSeverityCount ? kSeverityWords.at(index) : kSeverityWords.front();
}

std::optional<Severity> severity_from_word(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kSeverityCount; ++i) {
    if (kSeverityWords.at(i) == word) {
      return static_cast<Severity>(i);
    }
  }
  return std::nullopt;
}

}  // namespace isotherm::core
