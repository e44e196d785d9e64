#include "app/look_times.hpp"

#include <algorithm>

namespace isotherm::app {

LookTimes::LookTimes(core::MonotonicTime origin, core::Nanoseconds period,
                     core::Nanoseconds interval)
    : interval_(period < interval ? (interval + period - core::Nanoseconds{1}) / period * period
                                  : interval),
      grid_(origin + std::min(period, interval) / 2) {}

core::MonotonicTime LookTimes::after(core::MonotonicTime now) const {
  const core::Nanoseconds behind = std::max(now - grid_, core::Nanoseconds{0});
  return grid_ + (behind / interval_ + 1) * interval_;
}

}  // namespace isotherm::app
