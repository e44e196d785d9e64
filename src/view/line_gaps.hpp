// Where a line of a chart is broken: no line is drawn across windows that are not there, or that
// hold no good sample. Internal to view/. Pure.
#pragma once

#include "core/time.hpp"
#include "history/bucket.hpp"
#include "view/chart.hpp"

namespace isotherm::view {

// How long a bucket lasts: the line's step, or the median of the distances between buckets where
// that is more, as windows may be longer than a step, and windows as they are have none. At least
// 1 ns; the step alone for a line that has less than two buckets.
[[nodiscard]] core::Nanoseconds bucket_length(const ChartLine& line);

// True if something is missing between two buckets that follow each other: more than half of a
// bucket, so that a wall clock that is slewed tears nothing.
[[nodiscard]] bool apart(const history::Bucket& before, const history::Bucket& after,
                         core::Nanoseconds length) noexcept;

}  // namespace isotherm::view
