// Stretches without rows: the station did not run, or its rows were lost. (Missed and dropped slots
// are no gap: they stand in a row.) Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/time.hpp"
#include "history/bucket.hpp"

namespace isotherm::query {

struct Gap {
  core::WallTime from;  // to the step of the buckets
  core::WallTime to;
  core::Nanoseconds missing{0};  // what is not there, which may be less than a step
};

// Of one sensor, by its buckets of `step` (> 0) in order of time. What comes before the first and
// after the last is no gap. Measured by the slots that a usual step has, so that a window that was
// cut short counts as much as it is; less than about a window is not seen.
[[nodiscard]] std::vector<Gap> find_gaps(std::span<const history::Bucket> buckets,
                                         core::Nanoseconds step);

}  // namespace isotherm::query
