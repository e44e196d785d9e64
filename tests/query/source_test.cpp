// The same rows in a history and in files: both answer every question alike.
#include <gtest/gtest.h>

#include <fstream>

#include "core/row_format.hpp"
#include "history/history_fixture.hpp"
#include "query/fault_stretches.hpp"
#include "query/file_source.hpp"
#include "query/history_source.hpp"
#include "query/row_parse.hpp"
#include "support/time_zone.hpp"

namespace isotherm::query {
namespace {

using core::WallTime;
using history::Bucket;
using history::kNow;
using history::TimeRange;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Seen {
  std::size_t sensor;
  Bucket bucket;
};

std::vector<Seen> all_of(LogSource& source, const TimeRange& range, const Steps& steps) {
  std::vector<Seen> seen;
  source.each(source.sensors(range), range, steps, [&](std::size_t sensor, const Bucket& bucket) {
    seen.push_back({sensor, bucket});
    return true;
  });
  return seen;
}

// What six decimals of a file keep of a window.
void expect_alike(const Bucket& a, const Bucket& b) {
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.counts, b.counts);
  EXPECT_EQ(a.windows, b.windows);
  EXPECT_EQ(a.min_nano, b.min_nano);
  EXPECT_EQ(a.max_nano, b.max_nano);
  EXPECT_EQ(a.last_nano, b.last_nano);
  EXPECT_EQ(a.min_offset, b.min_offset);
  EXPECT_EQ(a.max_offset, b.max_offset);
  EXPECT_EQ(a.faults, b.faults);
  EXPECT_EQ(a.lateness, b.lateness);
  EXPECT_EQ(a.clock, b.clock);
  if (a.has_statistics) {
    EXPECT_NEAR(a.mean(), b.mean(), 1e-6);
  }
}

class BothSources : public history::HistoryTest {
 protected:
  void SetUp() override {
    HistoryTest::SetUp();
    maker = history::RowMaker(1, 5);
    history::HistoryFile file(path, settings, "boot");
    write(file, 3, kSeconds, 1800, kFirstRow);
    write_files();
  }

  // In three files, as if rotated.
  void write_files() {
    const std::size_t share = all.size() / 3 + 1;
    for (std::size_t number = 0; number < 3; ++number) {
      const std::string name = directory + "/part" + std::to_string(number) + ".csv";
      std::ofstream out(name, std::ios::binary);
      out << core::kCsvHeader;
      for (std::size_t i = number * share; i < std::min(all.size(), (number + 1) * share); ++i) {
        out << core::format_csv(all[i]) << '\n';
      }
      files.rows.push_back({name, FileFormat::Csv});
    }
  }

  static constexpr std::int64_t kSeconds = 5000;
  static constexpr WallTime kFirstRow = kNow + seconds{1234};
  LogFiles files;
};

TEST_F(BothSources, SayWhatThereIs) {
  HistorySource kept(path);
  FileSource written(files);
  const auto extent = written.extent();
  ASSERT_TRUE(extent);
  EXPECT_EQ(extent->from, kFirstRow);
  EXPECT_EQ(extent->to, kFirstRow + seconds{kSeconds - 1});
  const auto sensors = written.sensors(*extent);
  ASSERT_EQ(sensors.size(), 3U);
  EXPECT_EQ(sensors[1].name, "sensor1");
  EXPECT_EQ(sensors[1].unit, "degC");
  EXPECT_EQ(kept.sensors(*extent)[1].name, "sensor1");
  EXPECT_TRUE(written.notices().empty());
}

TEST_F(BothSources, GiveTheSameWindows) {
  HistorySource kept(path);
  FileSource written(files);
  const TimeRange range{kFirstRow + seconds{100}, kFirstRow + seconds{3000}};
  const auto a = all_of(kept, range, {});
  const auto b = all_of(written, range, {});
  ASSERT_EQ(a.size(), 2900U * 3);
  ASSERT_EQ(b.size(), a.size());
  for (std::size_t i = 0; i < a.size() && !HasFailure(); ++i) {
    EXPECT_EQ(a[i].sensor, b[i].sensor);
    expect_alike(a[i].bucket, b[i].bucket);
  }
}

TEST_F(BothSources, GiveTheSameSteps) {
  const TimeZone zone(kBerlin);
  HistorySource kept(path);
  FileSource written(files);
  for (const core::Nanoseconds step :
       {core::Nanoseconds{seconds{10}}, core::Nanoseconds{minutes{1}},
        core::Nanoseconds{minutes{7}}, core::Nanoseconds{hours{1}}, core::Nanoseconds{hours{24}}}) {
    Steps steps(step, false);
    const TimeRange range = steps.whole({kFirstRow + seconds{100}, kFirstRow + seconds{4500}});
    const auto a = all_of(kept, range, steps);
    const auto b = all_of(written, range, steps);
    ASSERT_FALSE(a.empty());
    ASSERT_EQ(a.size(), b.size()) << step.count();
    for (std::size_t i = 0; i < a.size() && !HasFailure(); ++i) {
      EXPECT_EQ(a[i].sensor, b[i].sensor);
      expect_alike(a[i].bucket, b[i].bucket);
    }
  }
}

TEST_F(BothSources, GiveTheSameTotals) {
  HistorySource kept(path);
  FileSource written(files);
  const TimeRange range{kFirstRow + seconds{77}, kFirstRow + seconds{4001}};
  const auto a = kept.totals(kept.sensors(range), range);
  const auto b = written.totals(written.sensors(range), range);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_TRUE(a[i] && b[i]);
    // The history's first bucket may begin before it.
    EXPECT_EQ(a[i]->counts, b[i]->counts);
    EXPECT_EQ(a[i]->min_nano, b[i]->min_nano);
    EXPECT_EQ(a[i]->time + a[i]->min_offset, b[i]->time + b[i]->min_offset);
    EXPECT_EQ(a[i]->time + a[i]->max_offset, b[i]->time + b[i]->max_offset);
    EXPECT_NEAR(a[i]->mean(), b[i]->mean(), 1e-6);
  }
}

TEST_F(BothSources, FindTheSameFaults) {
  HistorySource kept(path);
  FileSource written(files);
  const auto faults = [](LogSource& source, const TimeRange& range) {
    FaultStretchFinder finder;
    source.each_with_faults(source.sensors(range), range,
                            [&](std::size_t sensor, const Bucket& bucket) {
                              finder.add(sensor, bucket);
                              return true;
                            });
    auto found = finder.finish();
    std::sort(found.begin(), found.end(), [](const FaultStretch& a, const FaultStretch& b) {
      return std::pair(a.from, a.sensor) < std::pair(b.from, b.sensor);
    });
    return found;
  };
  const TimeRange range{kFirstRow + seconds{77}, kFirstRow + seconds{4001}};
  const auto a = faults(kept, range);
  const auto b = faults(written, range);
  ASSERT_GT(a.size(), 100U);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].sensor, b[i].sensor);
    EXPECT_EQ(a[i].from, b[i].from);
    EXPECT_EQ(a[i].to, b[i].to);
    EXPECT_EQ(a[i].counts, b[i].counts);
    EXPECT_EQ(a[i].faults, b[i].faults);
  }
}

TEST_F(BothSources, GiveNoMoreThanTheLimit) {
  HistorySource kept(path);
  FileSource written(files);
  const TimeRange range{kFirstRow, kFirstRow + seconds{kSeconds}};
  for (LogSource* source : {static_cast<LogSource*>(&kept), static_cast<LogSource*>(&written)}) {
    const auto series = source->series(source->sensors(range), range, 100);
    ASSERT_EQ(series.buckets.size(), 3U);
    EXPECT_EQ(series.step, minutes{1});
    EXPECT_LE(series.buckets[0].size(), 101U);
    EXPECT_GE(series.buckets[0].size(), 50U);
  }
}

TEST_F(BothSources, AVisitorThatHasEnoughEndsIt) {
  HistorySource kept(path);
  FileSource written(files);
  const TimeRange range{kFirstRow, kFirstRow + seconds{kSeconds}};
  for (LogSource* source : {static_cast<LogSource*>(&kept), static_cast<LogSource*>(&written)}) {
    for (const Steps& steps : {Steps(), Steps(minutes{1}, true)}) {
      int visits = 0;
      source->each(source->sensors(range), range, steps,
                   [&](std::size_t /*sensor*/, const Bucket& /*bucket*/) { return ++visits < 10; });
      EXPECT_EQ(visits, 10);
    }
  }
}

TEST_F(BothSources, ARangeWithoutRowsHasNoAnswer) {
  HistorySource kept(path);
  FileSource written(files);
  const TimeRange range{kFirstRow - hours{24 * 365 * 50}, kFirstRow - hours{1}};
  EXPECT_TRUE(all_of(kept, range, {}).empty());
  EXPECT_TRUE(all_of(written, range, Steps(minutes{1}, true)).empty());
  EXPECT_TRUE(written.sensors(range).empty());
}

TEST_F(BothSources, YearsWithoutRowsAreSkipped) {
  {
    history::HistoryFile file(path, settings, "boot 2");
    all.clear();
    write(file, 1, 120, 60, kFirstRow - hours{24 * 365 * 50}, seconds{5});
  }
  HistorySource kept(path);
  const TimeRange range{kFirstRow - hours{24 * 365 * 60}, kFirstRow + hours{24}};
  EXPECT_EQ(all_of(kept, range, {}).size(), static_cast<std::size_t>(kSeconds) * 3 + 120);
  EXPECT_EQ(all_of(kept, range, Steps(minutes{1}, true)).size(), 84U * 3 + 3);
}

class Files : public history::HistoryTest {
 protected:
  std::string put(const std::string& name, const std::string& text) {
    std::ofstream(directory + "/" + name, std::ios::binary) << text;
    return directory + "/" + name;
  }
  static std::string line(int second, const std::string& values = "10,10,0,0,0,1,2,3,0.5,2") {
    core::Row row;
    row.time = kNow + seconds{second};
    std::string text = core::format_csv(row);
    return text.substr(0, text.find(',')) + ",1.000,a,degC," + values + ",1.0,2.0,synced,\n";
  }
};

TEST_F(Files, ATornLastLineSaysNothing) {
  const std::string good = std::string(core::kCsvHeader) + line(0) + line(1);
  const std::string torn = line(2);
  for (std::size_t length = 0; length < torn.size(); ++length) {
    FileSource source({{{put("a.csv", good + torn.substr(0, length)), FileFormat::Csv}}, {}});
    ASSERT_EQ(all_of(source, {kNow, kNow + hours{1}}, {}).size(), 2U);
    ASSERT_TRUE(source.notices().empty());
  }
}

TEST_F(Files, LinesWithoutSenseAreCountedAndLeftOut) {
  const std::string text = std::string(core::kCsvHeader) + line(0) + "garbage\n" +
                           std::string(5, '\0') + "\n" + std::string(core::kCsvHeader) + line(1) +
                           line(2, "10,11,0,0,0,1,2,3,0.5,2") + line(3);
  FileSource source({{{put("temperature.csv", text), FileFormat::Csv}}, {}});
  EXPECT_EQ(all_of(source, {kNow, kNow + hours{1}}, {}).size(), 3U);
  ASSERT_EQ(source.notices().size(), 1U);
  EXPECT_EQ(source.notices()[0], "temperature.csv: 3 lines that make no sense were left out");
}

TEST_F(Files, AFileThatIsGoneIsSaidAndTheOthersAnswer) {
  FileSource source({{{directory + "/gone.csv", FileFormat::Csv},
                      {put("a.csv", std::string(core::kCsvHeader) + line(0)), FileFormat::Csv}},
                     {}});
  EXPECT_EQ(all_of(source, {kNow, kNow + hours{1}}, {}).size(), 1U);
  ASSERT_EQ(source.notices().size(), 1U);
  EXPECT_NE(source.notices()[0].find("gone.csv cannot be read"), std::string::npos);
}

TEST_F(Files, RowsBehindAClockStepAreFoundInTheirTime) {
  const std::string text =
      std::string(core::kCsvHeader) + line(100) + line(101) + line(0) + line(1);
  FileSource source({{{put("a.csv", text), FileFormat::Csv}}, {}});
  EXPECT_EQ(all_of(source, {kNow + seconds{100}, kNow + seconds{102}}, {}).size(), 2U);
  EXPECT_EQ(all_of(source, {kNow, kNow + seconds{2}}, {}).size(), 2U);
  const auto extent = source.extent();
  ASSERT_TRUE(extent);
  EXPECT_EQ(extent->from, kNow);
  EXPECT_EQ(extent->to, kNow + seconds{101});
  // Steps come in order of time all the same.
  const auto minutes_of = all_of(source, {kNow, kNow + hours{1}}, Steps(minutes{1}, true));
  ASSERT_EQ(minutes_of.size(), 2U);
  EXPECT_LT(minutes_of[0].bucket.time, minutes_of[1].bucket.time);
}

// More than what is read of a large file's end.
constexpr int kManyRows = 1500;

TEST_F(Files, ARangeIsFoundAlsoWhereTheClockHasGoneBackForLong) {
  constexpr int k1970 = -1767225600;
  constexpr int kHour = 3600;
  // To 1970, and to where a clock was saved last.
  for (const int back : {k1970, 10 * kHour}) {
    std::string text(core::kCsvHeader);
    for (int minute = 0; minute < kManyRows; ++minute) {
      text += line(minute * 60);
    }
    for (int second = 0; second < kManyRows; ++second) {
      text += line(back + second);
    }
    FileSource source({{{put("a.csv", text), FileFormat::Csv}}, {}});
    EXPECT_EQ(all_of(source, {kNow + hours{20}, kNow + hours{21}}, {}).size(), 60U);
    ASSERT_TRUE(source.extent());
    EXPECT_EQ(source.extent()->from, kNow + seconds{std::min(back, 0)});
    EXPECT_EQ(source.extent()->to, kNow + minutes{kManyRows - 1});
  }
}

TEST_F(Files, StepsAreMergedAlsoBehindAClockThatHasGoneBack) {
  std::string text(core::kCsvHeader);
  for (int second = 0; second < 120; ++second) {
    text += line(second + 86400);
  }
  for (int second = 0; second < 120; ++second) {
    text += line(second);
  }
  FileSource source({{{put("a.csv", text), FileFormat::Csv}}, {}});
  const auto seen = all_of(source, {kNow, kNow + hours{48}}, Steps(minutes{1}, true));
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[3].bucket.windows, 60U);
  // Lines of a chart are in order of time.
  const TimeRange range{kNow, kNow + hours{48}};
  const auto series = source.series(source.sensors(range), range, 1000);
  const auto earlier = [](const Bucket& a, const Bucket& b) { return a.time < b.time; };
  EXPECT_TRUE(std::is_sorted(series.buckets[0].begin(), series.buckets[0].end(), earlier));
}

TEST_F(Files, TheEndOfALargeFileIsFoundWithoutTheRest) {
  std::string text(core::kCsvHeader);
  for (int minute = 0; minute < 4 * kManyRows; ++minute) {
    text += minute == 0 ? line(0) + "nonsense\n" : line(minute * 60);
  }
  const TimeRange range{kNow + minutes{4 * kManyRows - 30}, kNow + hours{24 * 365}};
  const LogFiles files{{{put("a.csv", text), FileFormat::Csv}}, {}};
  FileSource whole(files);
  FileSource end(files, FileSource::Reading::FromTheEnd);
  EXPECT_EQ(all_of(whole, range, {}).size(), 30U);
  EXPECT_EQ(all_of(end, range, {}).size(), 30U);
  EXPECT_EQ(whole.notices().size(), 1U);
  EXPECT_TRUE(end.notices().empty());
}

TEST_F(Files, JsonLinesAnswerAsCsvDoes) {
  const std::string csv = std::string(core::kCsvHeader) + line(0) + line(1);
  FileSource from_csv({{{put("a.csv", csv), FileFormat::Csv}}, {}});
  std::string json;
  CsvRows rows;
  core::Row row;
  for (int second = 0; second < 2; ++second) {
    std::string text = line(second);
    text.pop_back();
    ASSERT_EQ(rows.parse(text, row), CsvRows::Line::Row);
    json += core::format_json(row) + "\n";
  }
  FileSource from_json({{{put("a.jsonl", json + "{\"torn"), FileFormat::JsonLines}}, {}});
  const auto a = all_of(from_csv, {kNow, kNow + hours{1}}, {});
  const auto b = all_of(from_json, {kNow, kNow + hours{1}}, {});
  ASSERT_EQ(a.size(), 2U);
  ASSERT_EQ(b.size(), 2U);
  EXPECT_EQ(a[1].bucket, b[1].bucket);
}

TEST_F(Files, EventsComeFromAllOfTheirFilesInOrder) {
  const std::string one =
      R"({"time":"2026-01-01T00:00:02.000Z","severity":"error","event":"b","x":1})";
  const std::string two = R"({"time":"2026-01-01T00:00:01.000Z","severity":"info","event":"a"})";
  const std::string step =
      R"({"time":"2026-01-01T00:00:03.000Z","severity":"warning","event":"clock_step",)"
      R"("size_ns":-5000000000})";
  FileSource source({{},
                     {put("events.1.jsonl", one + "\nnonsense\n"),
                      put("events.jsonl", two + "\n" + step + "\n{\"time")}});
  const TimeRange range{kNow, kNow + hours{1}};
  const auto events = source.events(range);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].kind, "a");
  EXPECT_EQ(events[1].fields, R"({"x":1})");
  ASSERT_EQ(source.clock_steps(range).size(), 1U);
  EXPECT_EQ(source.clock_steps(range)[0].size, -seconds{5});
  EXPECT_EQ(source.notices().size(), 1U);
  EXPECT_EQ(source.events({kNow + seconds{2}, kNow + seconds{3}}).size(), 1U);
}

}  // namespace
}  // namespace isotherm::query
