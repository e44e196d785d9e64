#include "diagnose/usual.hpp"

#include <chrono>

namespace isotherm::diagnose {
namespace {

// With ten looks a second: half of a fall within three looks, half of a rise within 14 s.
constexpr float kFall = 0.2F;
constexpr float kRise = 0.005F;

double seconds(core::Nanoseconds duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void UsualRates::learn(std::size_t which, double growth, core::Nanoseconds interval) {
  if (interval <= core::Nanoseconds{0} || growth < 0.0) {
    return;
  }
  if (which >= per_second_.size()) {
    per_second_.resize(which + 1, kUnknown);
  }
  const auto rate = static_cast<float>(growth / seconds(interval));
  float& known = per_second_[which];
  if (known < 0.0F) {
    known = rate;
  } else {
    known += (rate - known) * (rate < known ? kFall : kRise);
  }
}

double UsualRates::in(std::size_t which, core::Nanoseconds interval) const noexcept {
  if (which >= per_second_.size() || per_second_[which] < 0.0F) {
    return 0.0;
  }
  return static_cast<double>(per_second_[which]) * seconds(interval);
}

}  // namespace isotherm::diagnose
