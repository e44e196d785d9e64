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

// Rows of a sensor that wanders as one in a room does: 100 samples a window, to the thousandth of a
// degree, with a deviation of 0.04, some faults and some missed slots.
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
  // Extremes, sum and deviation are drawn as such, as each of the samples would take the time.
  void add_statistics(core::Row& row) {
    std::normal_distribution<double> unit(0, 1);
    level_ += 5 * unit(random_);
    const auto good = static_cast<double>(row.counts.good);
    const double value = level_ + 40 * unit(random_);
    const double reach = row.counts.good > 1 ? 100 : 0;
    core::WindowStatistics statistics;
    const auto thousandths = [](double number) {
      return static_cast<double>(std::llround(number)) / 1000;
    };
    statistics.last = thousandths(value);
    statistics.min = thousandths(value - reach * (1 + 0.2 * unit(random_)));
    statistics.max = thousandths(value + reach * (1 + 0.2 * unit(random_)));
    statistics.mean = row.counts.good > 1 ? thousandths((level_ + 4 * unit(random_)) * good) / good
                                          : statistics.last;
    if (row.counts.good > 1) {
      statistics.stddev = 0.04 * (1 + 0.07 * unit(random_));
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
    // In memory where there is such a place: that a disk syncs is not what these tests are about.
    const std::string memory = "/dev/shm/";
    std::string pattern = (std::filesystem::is_directory(memory) ? memory : ::testing::TempDir()) +
                          "isotherm-" + test->name() + "-XXXXXX";
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
