#include "core/row.hpp"

#include <array>

namespace isotherm::core {
namespace {

constexpr std::array<std::string_view, 3> kClockWords = {"synced", "unsynced", "stepped"};
static_assert(static_cast<std::size_t>(ClockState::Stepped) + 1 == kClockWords.size());

}  // namespace

std::string_view clock_word(ClockState state) noexcept {
  return kClockWords.at(static_cast<std::size_t>(state));
}

std::optional<ClockState> clock_from_word(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kClockWords.size(); ++i) {
    if (kClockWords.at(i) == word) {
      return static_cast<ClockState>(i);
    }
  }
  return std::nullopt;
}

SlotCounts& SlotCounts::operator+=(const SlotCounts& other) noexcept {
  scheduled += other.scheduled;
  good += other.good;
  faulty += other.faulty;
  missed += other.missed;
  dropped += other.dropped;
  return *this;
}

}  // namespace isotherm::core
