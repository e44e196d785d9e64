// A history, and files that have more than it: every question is answered as if the files had been
// asked for all of it.
#include "query/joined_source.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/row_format.hpp"
#include "history/history_fixture.hpp"
#include "query/fault_stretches.hpp"
#include "query/history_source.hpp"

namespace isotherm::query {
namespace {

using core::WallTime;
using history::Bucket;
using history::kNow;
using history::TimeRange;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct NamedBucket {
  std::string sensor;
  Bucket bucket;
};

std::vector<NamedBucket> all_by_name(LogSource& source, const TimeRange& range,
                                     const Steps& steps) {
  std::vector<NamedBucket> seen;
  const auto sensors = source.sensors(range);
  source.each(sensors, range, steps, [&](std::size_t sensor, const Bucket& bucket) {
    seen.push_back({sensors[sensor].name, bucket});
    return true;
  });
  std::stable_sort(seen.begin(), seen.end(), [](const NamedBucket& a, const NamedBucket& b) {
    return std::pair(a.bucket.time, a.sensor) < std::pair(b.bucket.time, b.sensor);
  });
  return seen;
}

// Four hours of two sensors in a file, and the history of some of that.
class Joined : public history::HistoryTest {
 protected:
  void SetUp() override {
    HistoryTest::SetUp();
    maker = history::RowMaker(1, 5);
    for (int second = 0; second < kSeconds; second += 10) {
      add("fast", second);
      if (second % 600 == 590) {
        add("slow", second - 590);  // a window of ten minutes, closed now
      }
    }
    files.rows.push_back({write_file("temperature.csv", 0, all.size()), FileFormat::Csv});
  }

  void add(const std::string& sensor, int second) {
    all.push_back(maker.row(sensor, kFirstRow + seconds{second}, seconds{100 + second}));
  }
  std::string write_file(const std::string& name, std::size_t from, std::size_t to) {
    std::ofstream out(directory + "/" + name, std::ios::binary);
    out << core::kCsvHeader;
    for (std::size_t i = from; i < to; ++i) {
      out << core::format_csv(all[i]) << '\n';
    }
    return directory + "/" + name;
  }
  // The history of the windows that began and were closed in those seconds.
  void keep(int from, int to) {
    history::HistoryFile file(path, settings, "boot");
    std::vector<core::Row> rows;
    for (const core::Row& row : all) {
      const seconds length{row.sensor == "slow" ? 600 : 10};
      const auto began = row.time - kFirstRow;
      if (began >= seconds{from} && began + length <= seconds{to}) {
        rows.push_back(row);
      }
    }
    std::size_t taken = 0;
    ASSERT_TRUE(file.append(rows, taken).ok());
  }
  std::unique_ptr<LogSource> joined() { return join(std::make_unique<HistorySource>(path), files); }
  void expect_all(LogSource& source, const TimeRange& range) {
    FileSource whole(files);
    for (const auto step : {core::Nanoseconds{0}, core::Nanoseconds{seconds{10}},
                            core::Nanoseconds{minutes{7}}, core::Nanoseconds{hours{1}}}) {
      Steps steps(step, true);
      const auto a = all_by_name(source, steps.whole(range), steps);
      const auto b = all_by_name(whole, steps.whole(range), steps);
      ASSERT_EQ(a.size(), b.size()) << step.count();
      for (std::size_t i = 0; i < a.size() && !HasFailure(); ++i) {
        EXPECT_EQ(a[i].sensor, b[i].sensor);
        EXPECT_EQ(a[i].bucket.time, b[i].bucket.time);
        EXPECT_EQ(a[i].bucket.counts, b[i].bucket.counts);
        EXPECT_EQ(a[i].bucket.windows, b[i].bucket.windows);
        EXPECT_EQ(a[i].bucket.max_nano, b[i].bucket.max_nano);
        EXPECT_EQ(a[i].bucket.last_nano, b[i].bucket.last_nano);
      }
    }
    expect_same_totals(source, whole, range);
  }
  static void expect_same_totals(LogSource& a, LogSource& b, const TimeRange& range) {
    std::map<std::string, std::pair<core::SlotCounts, std::int64_t>> totals[2];
    std::map<std::string, std::uint64_t> windows[2];
    std::size_t which = 0;
    for (LogSource* source : {&a, &b}) {
      const auto sensors = source->sensors(range);
      const auto found = source->totals(sensors, range);
      const auto series = source->series(sensors, range, 100);
      for (std::size_t i = 0; i < sensors.size(); ++i) {
        if (found[i]) {
          totals[which][sensors[i].name] = {found[i]->counts, found[i]->min_nano};
        }
        EXPECT_LE(series.buckets[i].size(), 101U);
        for (const Bucket& bucket : series.buckets[i]) {
          windows[which][sensors[i].name] += bucket.windows;
        }
      }
      ++which;
    }
    EXPECT_EQ(totals[0], totals[1]);
    EXPECT_EQ(windows[0], windows[1]);
  }

  static constexpr int kSeconds = 4 * 3600;
  static constexpr WallTime kFirstRow = kNow + minutes{21};
  static constexpr TimeRange kAll{kFirstRow, kFirstRow + seconds{kSeconds}};
  LogFiles files;
};

TEST_F(Joined, TheFilesHaveWhatTheHistoryHasNotYet) {
  keep(0, 3 * 3600 + 100);
  const auto source = joined();
  ASSERT_TRUE(source->extent());
  EXPECT_EQ(source->extent()->to, kFirstRow + seconds{kSeconds - 10});
  expect_all(*source, kAll);
  expect_all(*source, {kAll.to - minutes{10}, kAll.to});
}

TEST_F(Joined, TheFilesHaveWhatWasBeforeTheHistory) {
  keep(4200, kSeconds);
  const auto source = joined();
  EXPECT_EQ(source->extent()->from, kFirstRow);
  expect_all(*source, kAll);
  expect_all(*source, {kFirstRow, kFirstRow + minutes{50}});
}

TEST_F(Joined, RowsThatWereRedatedDoNotComeAgainFromTheFiles) {
  for (core::Row& row : all) {
    row.clock = core::ClockState::Unsynced;
  }
  keep(4200, kSeconds);
  const core::WallTime now = kFirstRow + hours{24 * 365};
  {
    history::HistoryFile file(path, settings, "boot");
    std::size_t segments = 0;
    ASSERT_TRUE(
        file.redate({core::MonotonicTime{seconds{100 + kSeconds}}, now, true}, segments).ok());
    ASSERT_EQ(segments, 1U);
  }
  const auto source = joined();
  EXPECT_TRUE(all_by_name(*source, kAll, {}).empty());
  EXPECT_EQ(source->extent()->to, now - seconds{10});
}

TEST_F(Joined, RowsThatWereRedatedAreThereBesideNewerOnesOfTheFiles) {
  for (core::Row& row : all) {
    row.clock = core::ClockState::Unsynced;
  }
  keep(4200, kSeconds);
  const core::WallTime now = kFirstRow + hours{24 * 365};
  {
    history::HistoryFile file(path, settings, "boot");
    std::size_t segments = 0;
    ASSERT_TRUE(
        file.redate({core::MonotonicTime{seconds{100 + kSeconds}}, now, true}, segments).ok());
  }
  for (int second = 0; second < 60; second += 10) {
    all.push_back(maker.row("fast", now + seconds{second}, seconds{100 + kSeconds + second}));
  }
  write_file("temperature.csv", 0, all.size());
  const auto source = joined();
  const auto found = all_by_name(*source, {now - seconds{kSeconds - 4200}, now + hours{1}}, {});
  const auto is_fast = [](const NamedBucket& one) { return one.sensor == "fast"; };
  EXPECT_EQ(std::count_if(found.begin(), found.end(), is_fast), (kSeconds - 4200) / 10 + 6);
}

// A clock that was three minutes ahead: for so long the files have rows that look newer than the
// history, which has them at their right time.
TEST_F(Joined, RowsOfAClockThatWasAheadDoNotComeAgainBehindTheHistory) {
  for (core::Row& row : all) {
    row.clock = core::ClockState::Unsynced;
  }
  keep(0, kSeconds);
  const core::WallTime now = kFirstRow + seconds{kSeconds} - minutes{3};
  {
    history::HistoryFile file(path, settings, "boot");
    std::size_t segments = 0;
    ASSERT_TRUE(
        file.redate({core::MonotonicTime{seconds{100 + kSeconds}}, now, true}, segments).ok());
    ASSERT_EQ(segments, 1U);
  }
  EXPECT_EQ(joined()->extent()->to, now - seconds{10});
  const TimeRange any{kNow - hours{1}, kAll.to + hours{1}};
  const std::size_t before = all.size();
  EXPECT_EQ(all_by_name(*joined(), any, {}).size(), before);
  // Newer ones come at times that the files have already.
  for (int second = 0; second < 60; second += 10) {
    all.push_back(maker.row("fast", now + seconds{second}, seconds{100 + kSeconds + second}));
  }
  write_file("temperature.csv", 0, all.size());
  const auto source = joined();
  EXPECT_EQ(all_by_name(*source, any, {}).size(), before + 6);
  EXPECT_EQ(source->extent()->to, now + seconds{50});
}

TEST_F(Joined, AHistoryThatHasEverythingAnswersAlone) {
  keep(0, kSeconds);
  files.rows.push_back({directory + "/gone.csv", FileFormat::Csv});
  const auto source = joined();
  expect_all(*source, kAll);
  EXPECT_TRUE(source->notices().empty());
}

TEST_F(Joined, AQuestionWithinTheHistoryReadsNoFile) {
  keep(0, 3 * 3600 + 100);
  const auto source = joined();
  std::filesystem::remove(files.rows[0].path);
  const TimeRange range{kFirstRow + minutes{5}, kFirstRow + hours{2}};
  EXPECT_EQ(all_by_name(*source, range, {}).size(), 115U * 6 + 11);
  EXPECT_TRUE(source->notices().empty());
}

TEST_F(Joined, FilesThatBeginBehindTheHistoryGoOnWithIt) {
  keep(0, 3 * 3600);
  FileSource before(files);
  const auto wanted = before.totals(before.sensors(kAll), kAll);
  std::size_t first = 0;
  while (all[first].time < kFirstRow + hours{3}) {
    ++first;
  }
  write_file("temperature.csv", first, all.size());
  const auto source = joined();
  const auto found = source->totals(source->sensors(kAll), kAll);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]->counts, wanted[0]->counts);
}

TEST_F(Joined, ASensorThatOnlyTheFilesKnowIsThere) {
  keep(0, 3 * 3600);
  for (int second = kSeconds; second < kSeconds + 10; ++second) {
    add("new", second);
  }
  write_file("temperature.csv", 0, all.size());
  const auto source = joined();
  const TimeRange range{kFirstRow, kAll.to + minutes{1}};
  const auto sensors = source->sensors(range);
  ASSERT_EQ(sensors.size(), 3U);
  EXPECT_EQ(sensors[2].name, "new");
  EXPECT_EQ(source->totals(sensors, range)[2]->windows, 10U);
}

TEST_F(Joined, AFaultStretchAcrossTheSeamIsOne) {
  for (core::Row& row : all) {
    row.counts = {.scheduled = 5, .good = 0, .faulty = 5, .missed = 0, .dropped = 0};
    row.statistics.reset();
    row.faults = {};
    row.faults.at(core::index_of(core::Fault::Crc)) = 5;
  }
  write_file("temperature.csv", 0, all.size());
  keep(0, 3 * 3600);
  const auto source = joined();
  FaultStretchFinder finder;
  source->each_with_faults(source->sensors(kAll), kAll,
                           [&](std::size_t sensor, const Bucket& bucket) {
                             finder.add(sensor, bucket);
                             return true;
                           });
  EXPECT_EQ(finder.finish().size(), 2U);
}

TEST_F(Joined, AnEventOfBothIsToldOnce) {
  keep(0, 3 * 3600);
  const auto line = [](const char* time, const char* kind) {
    return std::string(R"({"time":")") + time + R"(","severity":"info","event":")" + kind + "\"}\n";
  };
  std::ofstream(directory + "/events.jsonl")
      << line("2026-01-01T00:00:00.500Z", "start") << line("2026-01-01T04:10:00.000Z", "worst_slot")
      << line("2026-01-01T04:10:00.000Z", "late");
  files.events.push_back(directory + "/events.jsonl");
  core::Event event;
  event.time = kNow + minutes{250} + std::chrono::microseconds{7};
  event.kind = "late";
  ASSERT_TRUE(history::HistoryFile(path, settings, "boot").append_event(event).ok());
  const auto events = joined()->events({kNow, kAll.to});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, "late");
}

}  // namespace
}  // namespace isotherm::query
