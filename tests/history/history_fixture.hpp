// A directory of a test's own, and made-up rows.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "core/row.hpp"
#include "history/history_file.hpp"
#include "history/history_reader.hpp"

namespace isotherm::history {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr core::WallTime kNow{seconds{1767225600}};  // 2026-01-01T00:00:00Z

// Rows of sensors that wander as a DS18B20 or an LM75 in a room does: 100 samples a window, to the
// thousandth of a degree, with some faults and missed slots.
class RowMaker {
 public:
  explicit RowMaker(std::uint32_t seed = 1, std::uint64_t samples = 100)
      : random_(seed), samples_(samples) {}

  core::Row row(const std::string& sensor, core::WallTime time, core::Nanoseconds uptime) {
    core::Row made;
    made.time = time;
    made.uptime = uptime;
    made.sensor = sensor;
    made.unit = "degC";
    made.clock = core::ClockState::Synced;
    made.counts.scheduled = samples_;
    if (random_() % 50 == 0) {
      made.counts.faulty = random_() % (samples_ + 1);
      made.faults.at(core::index_of(core::Fault::Crc)) = made.counts.faulty;
    } else if (random_() % 50 == 0) {
      made.counts.missed = random_() % 2;
    }
    made.counts.good = samples_ - made.counts.faulty - made.counts.missed;
    if (made.counts.good > 0) {
      add_statistics(made);
    }
    std::lognormal_distribution<double> late(9.0, 0.6);
    const core::Nanoseconds p99{static_cast<std::int64_t>(late(random_))};
    made.lateness = core::WindowLateness{
        p99, p99 + core::Nanoseconds{static_cast<std::int64_t>(late(random_) / 4)}};
    return made;
  }

  std::mt19937& random() { return random_; }

 private:
  void add_statistics(core::Row& row) {
    level_ += std::normal_distribution<double>(0, 5)(random_);
    std::normal_distribution<double> noise(level_, 40);
    core::WindowStatistics statistics;
    std::int64_t sum = 0;
    std::int64_t min = 1'000'000;
    std::int64_t max = -1'000'000;
    double squares = 0;
    std::int64_t value = 0;
    for (std::uint64_t i = 0; i < row.counts.good; ++i) {
      value = std::llround(noise(random_));
      sum += value;
      min = std::min(min, value);
      max = std::max(max, value);
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const auto good = static_cast<double>(row.counts.good);
    statistics.min = static_cast<double>(min) / 1000;
    statistics.max = static_cast<double>(max) / 1000;
    statistics.last = static_cast<double>(value) / 1000;
    statistics.mean = static_cast<double>(sum) / good / 1000;
    if (row.counts.good > 1) {
      const double mean = static_cast<double>(sum) / good;
      statistics.stddev = std::sqrt((squares / good - mean * mean) * good / (good - 1)) / 1000;
    }
    row.statistics = statistics;
  }

  std::mt19937 random_;
  std::uint64_t samples_;
  double level_ = 21'000;  // thousandths of a degree
};

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string pattern = ::testing::TempDir() + "isotherm-" + test->name() + "-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory = pattern;
    path = directory + "/history.db";
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  // `count` windows of 1 s of each of `sensors` sensors, appended every `flush`.
  void write(HistoryFile& file, int sensors, std::int64_t count, std::int64_t flush,
             core::WallTime start = kNow, core::Nanoseconds uptime = seconds{100}) {
    std::vector<core::Row> rows;
    for (std::int64_t second = 0; second < count; ++second) {
      for (int sensor = 0; sensor < sensors; ++sensor) {
        rows.push_back(maker.row("sensor" + std::to_string(sensor), start + seconds{second},
                                 uptime + seconds{second}));
      }
      if ((second + 1) % flush == 0 || second + 1 == count) {
        std::size_t taken = 0;
        const HistoryStatus status = file.append(rows, taken);
        ASSERT_TRUE(status.ok()) << status.error;
        ASSERT_EQ(taken, rows.size());
        all.insert(all.end(), rows.begin(), rows.end());
        rows.clear();
      }
    }
  }

  // What was written of a sensor in a range, merged directly, one bucket a `step`.
  [[nodiscard]] std::vector<Bucket> expected(const std::string& sensor, const TimeRange& range,
                                             core::Nanoseconds step) const {
    std::vector<Bucket> buckets;
    for (const core::Row& row : all) {
      if (row.sensor == sensor && row.time >= range.from && row.time < range.to) {
        buckets.push_back(bucket_of(row));
      }
    }
    if (step > core::Nanoseconds{0}) {
      merge_to_step(buckets, step);
    }
    return buckets;
  }

  HistorySettings settings;
  RowMaker maker;
  std::vector<core::Row> all;
  std::string directory;
  std::string path;
};

// The same, but for the squares, whose last bits depend on the order of merging.
inline void expect_same(const std::vector<Bucket>& found, const std::vector<Bucket>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    Bucket one = found[i];
    EXPECT_NEAR(one.squares, expected[i].squares, 1e-6 * expected[i].squares) << i;
    one.squares = expected[i].squares;
    ASSERT_EQ(one, expected[i]) << i << " at " << one.time.time_since_epoch().count();
  }
}

}  // namespace isotherm::history
