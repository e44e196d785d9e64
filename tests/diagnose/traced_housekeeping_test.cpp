#include "diagnose/traced_housekeeping.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::diagnose {
namespace {

using core::TraceKind;

std::vector<core::TraceRecord> drained(acquire::TraceLane& lane) {
  std::vector<core::TraceRecord> records;
  lane.drain([&records](const core::TraceRecord& record) { records.push_back(record); });
  return records;
}

class TracedLogDirectoryTest : public ::testing::Test {
 protected:
  test::FakeLogDirectory directory;
  test::FakeClock clock;
  acquire::TraceLane lane{64};
  TracedLogDirectory traced{directory, lane, clock};
};

TEST_F(TracedLogDirectoryTest, WritesSyncsAndRenamingsArePassedOnAndRecorded) {
  const core::LogOpen opened = traced.open("a.csv");
  ASSERT_TRUE(opened.status.ok());
  EXPECT_EQ(opened.file->append("12345").bytes, 5U);
  EXPECT_TRUE(opened.file->sync().ok());
  EXPECT_TRUE(traced.rename("a.csv", "b.csv").ok());
  EXPECT_TRUE(traced.sync().ok());
  EXPECT_EQ(directory.text("b.csv"), "12345");

  const auto records = drained(lane);
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].kind(), TraceKind::Write);
  EXPECT_EQ(records[0].count, 5U);
  EXPECT_EQ(records[0].start_ns, clock.now().time_since_epoch().count());
  EXPECT_EQ(records[1].kind(), TraceKind::Sync);
  EXPECT_EQ(records[2].kind(), TraceKind::Rotate);
  EXPECT_EQ(records[3].kind(), TraceKind::Sync);
}

TEST_F(TracedLogDirectoryTest, AWriteThatFailsIsRecordedWithWhatWasTakenAndToldToTheCaller) {
  const core::LogOpen opened = traced.open("a.csv");
  directory.tear_next_append(2, {core::LogFault::NoSpace, "No space left on device"});
  const core::LogAppend taken = opened.file->append("12345");
  EXPECT_EQ(taken.bytes, 2U);
  EXPECT_EQ(taken.status.fault, core::LogFault::NoSpace);
  const auto records = drained(lane);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].count, 2U);
}

TEST_F(TracedLogDirectoryTest, AFileThatCannotBeOpenedIsTheCallersMatter) {
  directory.fail(test::LogOperation::Open, {core::LogFault::Gone, "No such file"});
  const core::LogOpen opened = traced.open("a.csv");
  EXPECT_EQ(opened.file, nullptr);
  EXPECT_EQ(opened.status.fault, core::LogFault::Gone);
  EXPECT_TRUE(drained(lane).empty());
}

TEST_F(TracedLogDirectoryTest, AnEmptyWriteIsNoEvent) {
  const core::LogOpen opened = traced.open("a.csv");
  EXPECT_TRUE(opened.file->append({}).status.ok());
  EXPECT_TRUE(drained(lane).empty());
}

TEST(RecordSpanTest, WithAFakeClockTheSpanIsTheTimeBetween) {
  test::FakeClock clock;
  acquire::TraceLane lane(4);
  const core::MonotonicTime start = clock.now();
  clock.advance(std::chrono::microseconds{7});
  record_span(lane, TraceKind::Drain, start, clock.now(), 123);
  const auto records = drained(lane);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].kind(), TraceKind::Drain);
  EXPECT_EQ(records[0].duration_ns, 7'000);
  EXPECT_EQ(records[0].count, 123U);
}

struct KeepingSink : core::RowSink {
  void write(core::Row row) override { rows.push_back(std::move(row)); }
  std::vector<core::Row> rows;
};

TEST(TracedRowSinkTest, EachRowIsPassedOnWholeAndRecordedWithItsSensor) {
  KeepingSink sink;
  test::FakeClock clock;
  acquire::TraceLane lane(16);
  TracedRowSink traced(sink, lane, clock, {"inlet", "outlet"});
  core::Row row;
  row.sensor = "outlet";
  row.counts.scheduled = 100;
  traced.write(row);
  row.sensor = "unknown";
  traced.write(row);
  ASSERT_EQ(sink.rows.size(), 2U);
  EXPECT_EQ(sink.rows[0].sensor, "outlet");
  EXPECT_EQ(sink.rows[0].counts.scheduled, 100U);
  const auto records = drained(lane);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].kind(), TraceKind::Window);
  EXPECT_EQ(records[0].sensor, 1U);
  EXPECT_EQ(records[0].count, 100U);
  EXPECT_EQ(records[1].sensor, 2U) << "none of them";
}

}  // namespace
}  // namespace isotherm::diagnose
