// When housekeeping looks at the machine: midway between two slots of the fastest reader, so that
// nothing that a look makes the machine do comes at the time of a slot.
#pragma once

#include "core/time.hpp"

namespace isotherm::app {

class LookTimes {
 public:
  // Every `interval`, made longer where that is no multiple of the fastest reader's `period`; a
  // period above the interval does not make it longer. `origin` is the time of slot 0.
  LookTimes(core::MonotonicTime origin, core::Nanoseconds period, core::Nanoseconds interval);

  // The next one after `now`, and never before the first, one interval after the origin.
  [[nodiscard]] core::MonotonicTime after(core::MonotonicTime now) const;

 private:
  core::Nanoseconds interval_;
  core::MonotonicTime grid_;
};

}  // namespace isotherm::app
