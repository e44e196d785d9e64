// The operator's choices for aggregation: the key `window` of [log].
#pragma once

#include "core/time.hpp"

namespace isotherm::aggregate {

// Windows are aligned to whole multiples of their length in UTC, so only lengths that divide a day
// keep their alignment from day to day; the configuration accepts no others.
inline constexpr core::Nanoseconds kWindowMin = std::chrono::milliseconds{100};
inline constexpr core::Nanoseconds kWindowMax = std::chrono::hours{24};

struct WindowSettings {
  core::Nanoseconds length{std::chrono::seconds{1}};
};

}  // namespace isotherm::aggregate
