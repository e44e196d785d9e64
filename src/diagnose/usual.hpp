// What usually grows how fast: the rates that a look's growth is held against. A rate is believed
// soon when it falls and slowly when it rises, so that a storm does not become usual within the
// minute that it is to be noticed in.
#pragma once

#include <cstddef>
#include <vector>

#include "core/time.hpp"

namespace isotherm::diagnose {

class UsualRates {
 public:
  // Takes in that the quantity `which` (0 and up) grew by `growth` in `interval`.
  void learn(std::size_t which, double growth, core::Nanoseconds interval);
  // By how much it usually grows in such a time; 0 where nothing was learned yet.
  [[nodiscard]] double in(std::size_t which, core::Nanoseconds interval) const noexcept;

 private:
  static constexpr float kUnknown = -1.0F;
  std::vector<float> per_second_;
};

}  // namespace isotherm::diagnose
