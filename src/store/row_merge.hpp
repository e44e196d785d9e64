// Summing rows of one sensor up to one row, for when they cannot be kept one by one: no reading is
// lost from the counts, only the resolution in time is.
#pragma once

#include <cstdint>
#include <vector>

#include "core/row.hpp"

namespace isotherm::store {

// For how many rows of the aggregator a row stands: 1, or its merged_rows.
[[nodiscard]] std::uint64_t rows_in(const core::Row& row) noexcept;

// Adds a later row of the same sensor to `into`. Counts and faults are summed; min, max, mean and
// standard deviation become those of all the samples together (Chan, Golub and LeVeque 1979,
// "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", eq. 1.5); the
// lateness figures become the larger ones, so p99 is an upper bound; time and uptime stay those of
// the first; the clock is the worse of the two.
void merge_into(core::Row& into, const core::Row& later);

// One row a sensor, in the order in which the sensors appear first.
[[nodiscard]] std::vector<core::Row> merge_by_sensor(std::vector<core::Row> rows);

}  // namespace isotherm::store
