// The writer on a disk that fills up, tears, goes away, and comes back.
#include "store/log_writer.hpp"

#include <array>
#include <cstdint>

#include "store/log_writer_fixture.hpp"
#include "store/row_buffer.hpp"

namespace isotherm::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::make_row;
using test::make_rows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LogWriterFaultsTest : public test::LogWriterFixture {};

// Space is taken in blocks of 4 KiB: a batch of 50 rows needs more than is left of the last one.
TEST_F(LogWriterFaultsTest, AFullDiskKeepsTheBatchAndTriesAgainAfterASecond) {
  start();
  fill_disk();
  give(make_rows("a", 0, 50));
  EXPECT_FALSE(writer->wants_rows());
  EXPECT_EQ(log().rows.size(), 0U);
  EXPECT_EQ(writer->due(), clock.now() + seconds{1});
  empty_disk();
  wait(milliseconds{999});
  EXPECT_FALSE(writer->wants_rows());
  wait(milliseconds{1});
  EXPECT_TRUE(writer->wants_rows());
  EXPECT_EQ(log().rows.size(), 50U);
  EXPECT_THAT(notices,
              ElementsAre(HasSubstr("cannot write /log/temperature.csv: No space left on device"),
                          HasSubstr("writing /log/temperature.csv again after 1 s")));
  const auto outcome = finish();
  EXPECT_TRUE(outcome.complete());
  EXPECT_TRUE(outcome.was_away);
  EXPECT_THAT(outcome.last_error, HasSubstr("No space left on device"));
}

TEST_F(LogWriterFaultsTest, TroubleIsSaidOnceHoweverLongItLasts) {
  start();
  fill_disk();
  give(make_rows("a", 0, 50));
  for (int i = 0; i < 100; ++i) {
    wait(seconds{1});
  }
  EXPECT_EQ(notices.size(), 1U);
}

TEST_F(LogWriterFaultsTest, OrdinaryRowsLeaveTheReserveAlone) {
  start();
  directory.set_capacity(20'000);
  std::uint64_t rows = 0;
  while (writer->wants_rows()) {
    give({make_row("a", static_cast<int>(rows++))});
  }
  EXPECT_GE(directory.used(), directory.text("temperature.csv").size() + 4096);
  EXPECT_EQ(log().rows.size(), rows - 1);
}

TEST_F(LogWriterFaultsTest, LastWordsOnAFullDiskAreOneMergedRowASensor) {
  start();
  fill_disk();
  give(make_rows("a", 0, 100));
  auto rest = make_rows("a", 100, 2000);
  const auto of_b = make_rows("b", 0, 2000);
  rest.insert(rest.end(), of_b.begin(), of_b.end());
  const auto outcome = finish(std::move(rest));
  EXPECT_EQ(outcome.rows_written, 0U);
  EXPECT_EQ(outcome.rows_merged, 4000U);
  EXPECT_EQ(outcome.rows_lost, 0U);
  EXPECT_FALSE(outcome.complete());
  ASSERT_EQ(log().rows.size(), 2U);
  EXPECT_TRUE(log().well_formed);
  EXPECT_EQ(log().scheduled, 40'000U);
  EXPECT_THAT(log().column(17), ElementsAre("merged_rows:2000", "merged_rows:2000"));
  EXPECT_THAT(log().column(0), ElementsAre("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"));
}

TEST_F(LogWriterFaultsTest, WhatFitsAtStopIsWrittenOneByOneBeforeTheRestIsMerged) {
  start();
  directory.set_capacity(60'000);
  const auto outcome = finish(make_rows("a", 0, 5000));
  EXPECT_EQ(outcome.rows_written, 2 * LogWriter::kBatchRows);
  EXPECT_EQ(outcome.rows_merged, 5000 - 2 * LogWriter::kBatchRows);
  EXPECT_EQ(log().scheduled, 50'000U);
  EXPECT_TRUE(log().well_formed);
}

TEST_F(LogWriterFaultsTest, WhatEvenTheReserveCannotTakeIsCountedAsLost) {
  directory.set_can_reserve(false);
  start();
  fill_disk();
  directory.set_capacity(directory.used() + 150);
  give({make_row("a", 0), make_row("b", 0)});
  // One row fits into 150 bytes: it was written, and the torn one behind it cut off.
  EXPECT_EQ(log().rows.size(), 1U);
  EXPECT_TRUE(log().well_formed);
  const auto outcome = finish({make_row("b", 1)});
  EXPECT_EQ(outcome.rows_written, 1U);
  EXPECT_EQ(outcome.rows_lost, 2U);
  EXPECT_EQ(outcome.scheduled_lost, 20U);
  EXPECT_TRUE(log().well_formed);
}

TEST_F(LogWriterFaultsTest, WhereverAWriteIsTornTheRowsAreWholeAndNoneIsDoubled) {
  start();
  give(make_rows("a", 0, 3));
  (void)finish();
  const auto bytes = directory.text("temperature.csv").size() - test::kHeader.size();
  for (std::uint64_t torn = 0; torn <= bytes; ++torn) {
    directory.put("temperature.csv", test::kHeader);
    given = 0;
    start();
    directory.tear_next_append(torn, test::kIoError);
    give(make_rows("a", 0, 3));
    ASSERT_TRUE(log().well_formed) << torn;
    ASSERT_EQ(log().rows.size(), torn / (bytes / 3)) << torn;
    wait(seconds{1});
    ASSERT_THAT(log().column(0), ElementsAre("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z",
                                             "2026-01-01T00:00:02.000Z"))
        << torn;
    ASSERT_EQ(finish().rows_written, 3U);
  }
}

TEST_F(LogWriterFaultsTest, ATornRowThatCannotBeCutOffIsMendedBeforeTheNextRow) {
  start();
  directory.tear_next_append(150, test::kIoError);
  directory.fail(test::LogOperation::Truncate, test::kIoError);
  give(make_rows("a", 0, 3));
  wait(seconds{1});
  EXPECT_FALSE(log().well_formed);
  EXPECT_FALSE(writer->wants_rows());
  directory.fail(test::LogOperation::Truncate, {});
  wait(seconds{1});
  EXPECT_TRUE(log().well_formed);
  EXPECT_THAT(log().column(0), ElementsAre("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z",
                                           "2026-01-01T00:00:02.000Z"));
}

TEST_F(LogWriterFaultsTest, AVanishedDirectoryIsWaitedForAndNotMadeAgain) {
  start();
  give({make_row("a", 0)});
  directory.vanish();
  give({make_row("a", 1)});
  wait(seconds{1});
  wait(seconds{1});
  EXPECT_EQ(count_calls("create"), 1);
  EXPECT_FALSE(writer->wants_rows());
  directory.come_back();
  wait(seconds{1});
  EXPECT_TRUE(log().well_formed);
  EXPECT_THAT(log().column(0), ElementsAre("2026-01-01T00:00:01.000Z"));
  EXPECT_EQ(notices.size(), 2U);
}

TEST_F(LogWriterFaultsTest, ADirectoryThatNeverComesBackCostsItsRowsAndSaysHowMany) {
  start();
  directory.vanish();
  give(make_rows("a", 0, 3));
  const auto outcome = finish(make_rows("b", 0, 4));
  EXPECT_EQ(outcome.rows_lost, 7U);
  EXPECT_EQ(outcome.scheduled_lost, 70U);
  EXPECT_THAT(outcome.last_error, HasSubstr("No such file or directory"));
}

TEST_F(LogWriterFaultsTest, ADirectoryThatAnotherStationTookMeanwhileIsLeftToIt) {
  start();
  directory.vanish();
  give({make_row("a", 0)});
  directory.come_back();
  directory.set_busy(true);
  wait(seconds{1});
  EXPECT_THAT(directory.list(), IsEmpty());
  EXPECT_FALSE(writer->wants_rows());
}

TEST_F(LogWriterFaultsTest, ARemovedFileIsMadeAnewWithItsHeader) {
  start();
  give({make_row("a", 0)});
  directory.remove_by_hand("temperature.csv");
  give({make_row("a", 1)});
  EXPECT_TRUE(log().well_formed);
  EXPECT_EQ(log().rows.size(), 1U);
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(LogWriterFaultsTest, AFileMovedByLogrotateEndsThereAndANewOneBegins) {
  start();
  give({make_row("a", 0)});
  directory.move_by_hand("temperature.csv", "temperature.csv.1");
  writer->reopen();
  EXPECT_EQ(directory.text("temperature.csv"), test::kHeader);
  give({make_row("a", 1)});
  EXPECT_EQ(log("temperature.csv.1").rows.size(), 1U);
  EXPECT_EQ(directory.inode("temperature.csv.1").reserved, 0U);
  EXPECT_EQ(log().rows.size(), 1U);
  EXPECT_TRUE(finish().complete());
}

TEST_F(LogWriterFaultsTest, ReopeningTheSameFileChangesNothing) {
  start();
  give({make_row("a", 0)});
  writer->reopen();
  give({make_row("a", 1)});
  EXPECT_EQ(log().rows.size(), 2U);
  EXPECT_TRUE(log().well_formed);
}

TEST_F(LogWriterFaultsTest, ReopeningTriesAtOnceWhatWasGivenUpForASecond) {
  start();
  fill_disk();
  give({make_row("a", 0)});
  empty_disk();
  writer->reopen();
  EXPECT_TRUE(writer->wants_rows());
  EXPECT_EQ(log().rows.size(), 1U);
}

TEST_F(LogWriterFaultsTest, AReopeningThatFailsIsRetriedEvenWithoutRows) {
  start();
  directory.fail(test::LogOperation::Open, test::kIoError);
  writer->reopen();
  EXPECT_EQ(notices.size(), 1U);
  directory.fail(test::LogOperation::Open, {});
  wait(seconds{1});
  EXPECT_EQ(notices.size(), 2U);
}

TEST_F(LogWriterFaultsTest, ATruncatedFileGetsAHeaderAgain) {
  start();
  give({make_row("a", 0)});
  directory.truncate_by_hand("temperature.csv");
  give({make_row("a", 1)});
  EXPECT_TRUE(log().well_formed);
  EXPECT_EQ(log().rows.size(), 1U);
}

TEST_F(LogWriterFaultsTest, AFullDiskAtRotationLeavesTheOldFileItsLastWords) {
  settings.rotate_size = 20'000;
  start();
  std::uint64_t rows = 0;
  while (directory.text("temperature.csv").size() < 19'900) {
    give({make_row("a", static_cast<int>(rows++))});
  }
  fill_disk();
  give(make_rows("a", 1000, 1010));
  EXPECT_FALSE(directory.has("temperature.1.csv"));
  const auto outcome = finish();
  EXPECT_GT(outcome.rows_merged, 0U);
  EXPECT_EQ(outcome.rows_written + outcome.rows_merged, rows + 10);
  EXPECT_EQ(log().scheduled, 10 * rows + 100);
}

// A thousand rows against every kind of trouble in a random order: whatever happens, each row is
// written once, summed up once, or counted as lost, and every file is whole.
TEST_F(LogWriterFaultsTest, NoMixtureOfFaultsLosesOrDoublesAReading) {
  using test::LogOperation;
  constexpr std::array kOperations = {LogOperation::Open,    LogOperation::Append,
                                      LogOperation::Reserve, LogOperation::Rename,
                                      LogOperation::Sync,    LogOperation::Truncate};
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    std::uint32_t noise = seed;
    const auto dice = [&noise](std::uint32_t sides) {
      noise = noise * 1664525U + 1013904223U;
      return (noise >> 16U) % sides;
    };
    test::FakeLogDirectory disk;
    test::FakeClock time;
    LogSettings chosen;
    chosen.rotate_size = 2000;
    chosen.rotate_count = 1000;
    RowBuffer waiting(20 * RowBuffer::bytes_of(make_row("a", 0)));
    LogWriter log_writer(chosen, disk, 3, {}, time);
    constexpr int kRows = 1000;
    for (int i = 0; i < kRows; ++i) {
      waiting.push(make_row(std::string(1, static_cast<char>('a' + dice(3))), i));
      switch (dice(12)) {
        case 0:
          disk.fail(kOperations.at(dice(kOperations.size())), test::kIoError);
          break;
        case 1:
        case 2:
          for (const auto operation : kOperations) {
            disk.fail(operation, {});
          }
          break;
        case 3:
          disk.tear_next_append(dice(400), test::kNoSpace);
          break;
        case 4:
          disk.set_capacity(disk.used() + dice(9000));
          break;
        case 5:
          disk.set_capacity(UINT64_MAX);
          break;
        case 6:
          log_writer.reopen();
          break;
        default:
          break;
      }
      time.advance(milliseconds{100 * dice(15)});
      if (log_writer.wants_rows()) {
        log_writer.accept(waiting.take(1 + dice(10)));
      }
      log_writer.work();
    }
    // Only what could cut off a torn row must not fail at the very end.
    disk.fail(LogOperation::Truncate, {});
    const auto outcome = log_writer.finish(waiting.take(SIZE_MAX));
    EXPECT_EQ(outcome.rows_written + outcome.rows_merged + outcome.rows_lost, kRows) << seed;
    std::uint64_t scheduled = 0;
    std::uint64_t lines = 0;
    for (const auto& name : disk.list()) {
      const auto text = disk.text(name);
      const auto read = test::read_log(text);
      EXPECT_TRUE(read.well_formed || text.empty()) << seed << " " << name << "\n" << text;
      scheduled += read.scheduled;
      lines += read.rows.size();
    }
    EXPECT_EQ(scheduled + outcome.scheduled_lost, 10U * kRows) << seed;
    EXPECT_GE(lines, outcome.rows_written) << seed;
  }
}

}  // namespace
}  // namespace isotherm::store
