// The data of a page as JSON, which src/view/log_page.js reads. Internal to view/. Pure.
//
//   {"from": ms, "to": ms,                 since 1970, UTC
//    "lines": [{"sensor": "...", "unit": "°C", "step": ms,
//               "times": [first, step, n, step, n, ...],   ms; the first counts from "from"
//               "min": [...], "mean": [...], "max": [...],  null: no good sample, or a gap
//               "p99": [...], "late": [...]}],              lateness in us, of the same buckets
//    "marks": [[ms, severity, "..."], ...]}
#pragma once

#include <string>

#include "view/chart.hpp"

namespace isotherm::view {

// With nothing in it that would end the script element it stands in.
[[nodiscard]] std::string page_data(const Chart& chart);

}  // namespace isotherm::view
