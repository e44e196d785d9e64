#include "store/row_merge.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>

namespace isotherm::store {
namespace {

// The sum of squared distances from the mean.
double squares_of(const core::WindowStatistics& statistics, std::uint64_t good) {
  const double deviation = statistics.stddev.value_or(0.0);
  return good < 2 ? 0.0 : deviation * deviation * static_cast<double>(good - 1);
}

core::WindowStatistics combined(const core::WindowStatistics& a, std::uint64_t good_a,
                                const core::WindowStatistics& b, std::uint64_t good_b) {
  const auto count_a = static_cast<double>(good_a);
  const auto count_b = static_cast<double>(good_b);
  const double count = count_a + count_b;
  const double distance = b.mean - a.mean;
  core::WindowStatistics result;
  result.min = std::min(a.min, b.min);
  result.max = std::max(a.max, b.max);
  result.mean = a.mean + distance * (count_b / count);
  result.last = b.last;
  const double squares = squares_of(a, good_a) + squares_of(b, good_b) +
                         distance * distance * (count_a * count_b / count);
  result.stddev = std::sqrt(squares / (count - 1.0));
  return result;
}

core::ClockState worse(core::ClockState a, core::ClockState b) noexcept {
  for (const auto state : {core::ClockState::Stepped, core::ClockState::Unsynced}) {
    if (a == state || b == state) {
      return state;
    }
  }
  return core::ClockState::Synced;
}

}  // namespace

std::uint64_t rows_in(const core::Row& row) noexcept {
  return std::max<std::uint64_t>(row.merged_rows, 1);
}

void merge_into(core::Row& into, const core::Row& later) {
  into.merged_rows = rows_in(into) + rows_in(later);
  if (into.statistics && later.statistics) {
    into.statistics =
        combined(*into.statistics, into.counts.good, *later.statistics, later.counts.good);
  } else if (later.statistics) {
    into.statistics = later.statistics;
  }
  into.counts += later.counts;
  if (into.lateness && later.lateness) {
    into.lateness = core::WindowLateness{std::max(into.lateness->p99, later.lateness->p99),
                                         std::max(into.lateness->max, later.lateness->max)};
  } else if (later.lateness) {
    into.lateness = later.lateness;
  }
  into.clock = worse(into.clock, later.clock);
  for (std::size_t i = 0; i < core::kFaultCount; ++i) {
    into.faults.at(i) += later.faults.at(i);
  }
}

std::vector<core::Row> merge_by_sensor(std::vector<core::Row> rows) {
  std::vector<core::Row> merged;
  std::unordered_map<std::string, std::size_t> place;
  for (auto& row : rows) {
    const auto [found, is_new] = place.try_emplace(row.sensor, merged.size());
    if (is_new) {
      merged.push_back(std::move(row));
    } else {
      merge_into(merged[found->second], row);
    }
  }
  return merged;
}

}  // namespace isotherm::store
