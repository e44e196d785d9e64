// Holds the rows of one sensor against what its simulated reader remembers of each slot. Nothing
// here is taken from the code under test: rows are told apart by the times that they state.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "aggregate/reader_windows.hpp"
#include "aggregate/simulated_reader.hpp"
#include "core/row.hpp"

namespace isotherm::test {

// The slots of one row, by the time of each: from its uptime to that of the next row.
using RowRecords = std::vector<std::vector<SlotRecord>>;

inline RowRecords records_by_row(const std::vector<core::Row>& rows,
                                 const std::vector<SlotRecord>& records, core::Nanoseconds origin,
                                 core::Nanoseconds period) {
  RowRecords by_row(rows.size());
  std::size_t row = 0;
  for (const SlotRecord& record : records) {
    const core::Nanoseconds time = origin + period * static_cast<std::int64_t>(record.slot);
    while (row + 1 < rows.size() && rows[row + 1].uptime <= time) {
      ++row;
    }
    if (row < rows.size() && rows[row].uptime <= time) {
      by_row[row].push_back(record);
    } else {
      ADD_FAILURE() << "slot " << record.slot << " lies in no row";
    }
  }
  return by_row;
}

inline bool is_gap(Fate fate) { return fate == Fate::Missed || fate == Fate::Dropped; }

// Whether a row takes part in a gap that reaches over its end or beginning and holds both misses
// and drops: only there may drops stand in an earlier row than they happened in.
inline std::vector<bool> rows_of_mixed_gaps(const RowRecords& by_row) {
  std::vector<bool> mixed(by_row.size(), false);
  std::size_t first_row = 0;
  bool missed = false;
  bool dropped = false;
  const auto end_gap = [&](std::size_t last_row) {
    if (missed && dropped && last_row > first_row) {
      std::fill(mixed.begin() + static_cast<std::ptrdiff_t>(first_row),
                mixed.begin() + static_cast<std::ptrdiff_t>(last_row) + 1, true);
    }
    missed = dropped = false;
  };
  for (std::size_t row = 0; row < by_row.size(); ++row) {
    for (const SlotRecord& record : by_row[row]) {
      if (!is_gap(record.fate)) {
        end_gap(row);
        continue;
      }
      first_row = missed || dropped ? first_row : row;
      (record.fate == Fate::Missed ? missed : dropped) = true;
    }
  }
  if (!by_row.empty()) {
    end_gap(by_row.size() - 1);
  }
  return mixed;
}

inline core::SlotCounts counts_of(const std::vector<SlotRecord>& records) {
  core::SlotCounts counts;
  for (const SlotRecord& record : records) {
    ++counts.scheduled;
    counts.good += record.fate == Fate::Good ? 1 : 0;
    counts.faulty += record.fate == Fate::Faulty ? 1 : 0;
    counts.missed += record.fate == Fate::Missed ? 1 : 0;
    counts.dropped += record.fate == Fate::Dropped ? 1 : 0;
  }
  return counts;
}

inline core::FaultCounts faults_of(const std::vector<SlotRecord>& records) {
  core::FaultCounts faults{};
  for (const SlotRecord& record : records) {
    if (record.fate == Fate::Faulty) {
      ++faults.at(core::index_of(record.plan.fault));
    }
  }
  return faults;
}

// Two passes in extended precision.
inline void expect_statistics_match(const std::optional<core::WindowStatistics>& statistics,
                                    const std::vector<SlotRecord>& records) {
  std::vector<double> values;
  for (const SlotRecord& record : records) {
    if (record.fate == Fate::Good) {
      values.push_back(record.plan.value);
    }
  }
  ASSERT_EQ(statistics.has_value(), !values.empty());
  if (values.empty()) {
    return;
  }
  long double sum = 0.0L;
  for (const double value : values) {
    sum += value;
  }
  const long double mean = sum / static_cast<long double>(values.size());
  long double squares = 0.0L;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  EXPECT_EQ(statistics->min, *std::min_element(values.begin(), values.end()));
  EXPECT_EQ(statistics->max, *std::max_element(values.begin(), values.end()));
  EXPECT_EQ(statistics->last, values.back());
  const double scale = std::max(1.0, std::abs(static_cast<double>(mean)));
  EXPECT_NEAR(statistics->mean, static_cast<double>(mean), 1e-12 * scale);
  ASSERT_EQ(statistics->stddev.has_value(), values.size() > 1);
  if (values.size() > 1) {
    const long double variance = squares / static_cast<long double>(values.size() - 1);
    EXPECT_NEAR(statistics->stddev.value_or(-1.0), static_cast<double>(std::sqrt(variance)),
                1e-11 * scale);
  }
}

inline void expect_lateness_matches(const std::optional<core::WindowLateness>& lateness,
                                    const std::vector<SlotRecord>& records) {
  std::vector<std::int64_t> sorted;
  for (const SlotRecord& record : records) {
    if (!is_gap(record.fate)) {
      sorted.push_back(record.plan.lateness.count());
    }
  }
  ASSERT_EQ(lateness.has_value(), !sorted.empty());
  if (sorted.empty()) {
    return;
  }
  std::sort(sorted.begin(), sorted.end());
  const auto rank = static_cast<std::size_t>(std::ceil(0.99 * static_cast<double>(sorted.size())));
  const std::int64_t p99 = sorted[std::max<std::size_t>(rank, 1) - 1];
  EXPECT_EQ(lateness->max.count(), sorted.back());
  EXPECT_GE(lateness->p99.count(), p99);
  EXPECT_LE(lateness->p99.count(), p99 + p99 / 32 + 1);
}

// `rows` are all of the sensor's; `origin` is monotonic time.
inline void expect_rows_match(const std::vector<core::Row>& rows,
                              const std::vector<SlotRecord>& records, core::Nanoseconds origin,
                              core::Nanoseconds period) {
  const RowRecords by_row = records_by_row(rows, records, origin, period);
  const std::vector<bool> mixed = rows_of_mixed_gaps(by_row);
  core::SlotCounts stated;
  core::SlotCounts true_counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i) + " of " + rows[i].sensor);
    const core::SlotCounts expected = counts_of(by_row[i]);
    core::SlotCounts counts = rows[i].counts;
    EXPECT_TRUE(counts.identity_holds());
    stated += counts;
    true_counts += expected;
    if (mixed[i]) {
      EXPECT_GE(stated.dropped, true_counts.dropped);
      EXPECT_EQ(counts.missed + counts.dropped, expected.missed + expected.dropped);
    } else {
      EXPECT_EQ(counts.missed, expected.missed);
      EXPECT_EQ(counts.dropped, expected.dropped);
    }
    EXPECT_EQ(counts.scheduled, expected.scheduled);
    EXPECT_EQ(counts.good, expected.good);
    EXPECT_EQ(counts.faulty, expected.faulty);
    EXPECT_EQ(rows[i].faults, faults_of(by_row[i]));
    expect_statistics_match(rows[i].statistics, by_row[i]);
    expect_lateness_matches(rows[i].lateness, by_row[i]);
    EXPECT_TRUE(i == 0 || rows[i - 1].uptime < rows[i].uptime);
  }
  EXPECT_EQ(stated, counts_of(records));
}

inline void expect_totals_match(const aggregate::SensorTotals& totals,
                                const std::vector<SlotRecord>& records,
                                const std::vector<core::Row>& rows) {
  EXPECT_EQ(totals.counts, counts_of(records));
  EXPECT_EQ(totals.faults, faults_of(records));
  EXPECT_EQ(totals.rows, rows.size());
  expect_statistics_match(totals.statistics.summary(), records);
  core::Nanoseconds lateness_max{0};
  for (const SlotRecord& record : records) {
    if (!is_gap(record.fate)) {
      lateness_max = std::max(lateness_max, record.plan.lateness);
    }
  }
  EXPECT_EQ(totals.lateness_max, lateness_max);
}

}  // namespace isotherm::test
