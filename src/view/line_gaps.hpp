// Where a line of a chart is broken: no line is drawn across windows that are not there, or that
// hold no good sample. Internal to view/. Pure.
#pragma once

#include "core/time.hpp"
#include "history/bucket.hpp"
#include "view/chart.hpp"

namespace isotherm::view {

// How long a bucket lasts: the line's step, or, of windows as they are, the median of the distances
// between them. At least 1 ns; 0 for a line of windows that has less than two.
[[nodiscard]] core::Nanoseconds bucket_length(const ChartLine& line);

// True if something is missing between two buckets that follow each other: more than half of a
// bucket, so that a wall clock that is slewed tears nothing.
[[nodiscard]] bool apart(const history::Bucket& before, const history::Bucket& after,
                         core::Nanoseconds length) noexcept;

}  // namespace isotherm::view
