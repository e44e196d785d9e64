// The writer on a healthy disk: start, files, rotation, syncing, stop.
#include "store/log_writer.hpp"

#include <functional>

#include "core/setup_error.hpp"
#include "store/log_writer_fixture.hpp"

namespace isotherm::store {
namespace {

using std::chrono::seconds;
using test::make_row;
using test::make_rows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LogWriterTest : public test::LogWriterFixture {};

TEST_F(LogWriterTest, ANewLogBeginsWithAHeaderAndASyncedDirectory) {
  start();
  EXPECT_EQ(directory.text("temperature.csv"), test::kHeader);
  EXPECT_EQ(directory.calls().front(), "create");
  EXPECT_EQ(count_calls("sync ."), 1);
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(LogWriterTest, RowsAreWrittenAsTheyAreFormatted) {
  start();
  give({make_row("a", 0), make_row("b", 1)});
  EXPECT_EQ(directory.text("temperature.csv"),
            test::kHeader +
                "2026-01-01T00:00:00.000Z,3600.000,a,degC,10,9,0,1,0,20,20.5,21,0.25,20.75,50.0,"
                "60.0,synced,\n"
                "2026-01-01T00:00:01.000Z,3601.000,b,degC,10,9,0,1,0,20,20.5,21,0.25,20.75,50.0,"
                "60.0,synced,\n");
  EXPECT_TRUE(writer->wants_rows());
}

TEST_F(LogWriterTest, PercentSignsAndBracesOfANameAreNoFormat) {
  start();
  give({make_row("%v {} %Y", 0)});
  EXPECT_EQ(log().rows.at(0).at(2), "%v {} %Y");
}

TEST_F(LogWriterTest, ABatchIsOneWrite) {
  start();
  directory.clear_calls();
  give(make_rows("a", 0, 100));
  const auto calls = directory.calls();
  EXPECT_EQ(std::count_if(calls.begin(), calls.end(),
                          [](const std::string& call) { return call.starts_with("append"); }),
            1);
}

TEST_F(LogWriterTest, AnExistingLogIsContinued) {
  directory.put("temperature.csv", test::kHeader);
  start();
  give({make_row("a", 0)});
  (void)finish();
  start();
  give({make_row("a", 1)});
  EXPECT_EQ(log().rows.size(), 2U);
  EXPECT_TRUE(log().well_formed);
}

TEST_F(LogWriterTest, JsonLinesHaveNoHeader) {
  settings.format = LogFormat::JsonLines;
  start();
  EXPECT_EQ(directory.text("temperature.jsonl"), "");
  give({make_row("a", 0)});
  EXPECT_TRUE(directory.text("temperature.jsonl").starts_with(R"({"time":"2026-01-01T)"));
  EXPECT_TRUE(directory.text("temperature.jsonl").ends_with("}\n"));
}

TEST_F(LogWriterTest, FilesAreRotatedBeforeTheyExceedTheirSize) {
  settings.rotate_size = 1000;
  settings.rotate_count = 20;
  start();
  for (int i = 0; i < 50; ++i) {
    give({make_row("a", 2 * i), make_row("a", 2 * i + 1)});
  }
  std::vector<std::string> times;
  std::uint64_t scheduled = 0;
  const auto names = directory.list();
  ASSERT_GT(names.size(), 10U);
  for (std::size_t number = names.size(); number-- > 0;) {
    const std::string name =
        number == 0 ? "temperature.csv" : "temperature." + std::to_string(number) + ".csv";
    EXPECT_LE(directory.text(name).size(), 1000U) << name;
    EXPECT_TRUE(log(name).well_formed) << name;
    const auto column = log(name).column(0);
    times.insert(times.end(), column.begin(), column.end());
    scheduled += log(name).scheduled;
  }
  EXPECT_EQ(times.size(), 100U);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_EQ(scheduled, 1000U);
}

TEST_F(LogWriterTest, OneBatchMayFillSeveralFiles) {
  settings.rotate_size = 500;
  settings.rotate_count = 100;
  start();
  give(make_rows("a", 0, 30));
  std::uint64_t scheduled = 0;
  for (const auto& name : directory.list()) {
    EXPECT_LE(directory.text(name).size(), 500U);
    scheduled += log(name).scheduled;
  }
  EXPECT_EQ(scheduled, 300U);
}

TEST_F(LogWriterTest, ARowLargerThanAFileGetsOneOfItsOwn) {
  settings.rotate_size = 10;
  start();
  give(make_rows("a", 0, 3));
  EXPECT_EQ(log().rows.size(), 1U);
  EXPECT_EQ(log("temperature.1.csv").rows.size(), 1U);
  EXPECT_EQ(log("temperature.2.csv").rows.size(), 1U);
  EXPECT_FALSE(directory.has("temperature.3.csv"));
}

TEST_F(LogWriterTest, ARotatedFileIsSyncedTrimmedAndTheDirectorySynced) {
  settings.rotate_size = 300;
  start();
  give({make_row("a", 0)});
  directory.clear_calls();
  give({make_row("a", 1)});
  const auto rotated = directory.inode("temperature.1.csv");
  EXPECT_EQ(rotated.synced_bytes, rotated.data.size());
  EXPECT_EQ(rotated.reserved, 0U);
  const auto calls = directory.calls();
  const auto renamed =
      std::find(calls.begin(), calls.end(), "rename temperature.csv temperature.1.csv");
  ASSERT_NE(renamed, calls.end());
  EXPECT_NE(std::find(renamed, calls.end(), "sync ."), calls.end());
}

TEST_F(LogWriterTest, AFileThatCannotBeRotatedGrowsAndIsTriedAgainAfterAMinute) {
  settings.rotate_size = 400;
  start();
  give(make_rows("a", 0, 2));
  directory.fail(test::LogOperation::Rename, {core::LogFault::Other, "Permission denied"});
  give(make_rows("a", 2, 4));
  give(make_rows("a", 4, 6));
  EXPECT_EQ(log().rows.size(), 6U);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0], HasSubstr("cannot be rotated: Permission denied"));
  clock.advance(seconds{61});
  give(make_rows("a", 6, 7));
  EXPECT_EQ(notices.size(), 1U);
  directory.fail(test::LogOperation::Rename, {});
  clock.advance(seconds{61});
  give(make_rows("a", 7, 8));
  EXPECT_EQ(log("temperature.1.csv").rows.size(), 7U);
  EXPECT_EQ(log().rows.size(), 1U);
  EXPECT_TRUE(finish().complete());
}

TEST_F(LogWriterTest, NoRowIsUnsyncedForLongerThanTheInterval) {
  settings.fsync_interval = seconds{5};
  start();
  EXPECT_EQ(writer->due(), std::nullopt);
  give({make_row("a", 0)});
  EXPECT_EQ(writer->due(), clock.now() + seconds{5});
  wait(seconds{4});
  give({make_row("a", 1)});
  EXPECT_EQ(count_calls("sync"), 0);
  wait(seconds{1});
  EXPECT_EQ(count_calls("sync"), 1);
  EXPECT_EQ(directory.inode("temperature.csv").synced_bytes,
            directory.text("temperature.csv").size());
  wait(seconds{60});
  EXPECT_EQ(count_calls("sync"), 1);
}

TEST_F(LogWriterTest, SyncFollowsTheLastOneByTheIntervalAndRowsThatComeLaterTogether) {
  settings.fsync_interval = seconds{5};
  start();
  clock.advance(seconds{1});
  give({make_row("a", 0)});
  EXPECT_EQ(writer->due(), clock.now() + seconds{4});
  wait(seconds{4});
  EXPECT_EQ(count_calls("sync"), 1);
  clock.advance(seconds{60});
  give({make_row("a", 1)});
  give({make_row("a", 2)});
  EXPECT_EQ(count_calls("sync"), 1);
  EXPECT_EQ(writer->due(), clock.now() + LogWriter::kSyncPatience);
  wait(LogWriter::kSyncPatience);
  EXPECT_EQ(count_calls("sync"), 2);
  EXPECT_EQ(writer->due(), std::nullopt);
}

TEST_F(LogWriterTest, AnIntervalOfZeroSyncsEveryBatch) {
  settings.fsync_interval = seconds{0};
  start();
  give({make_row("a", 0)});
  give({make_row("a", 1)});
  EXPECT_EQ(count_calls("sync"), 2);
}

TEST_F(LogWriterTest, AFailingSyncIsSaidOnceAndCountedEachTime) {
  settings.fsync_interval = seconds{0};
  start();
  directory.fail(test::LogOperation::Sync, test::kIoError);
  give({make_row("a", 0)});
  give({make_row("a", 1)});
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0], HasSubstr("cannot be synced: Input/output error"));
  directory.fail(test::LogOperation::Sync, {});
  const auto outcome = finish();
  EXPECT_EQ(outcome.syncs_failed, 2U);
  EXPECT_TRUE(outcome.complete());
}

TEST_F(LogWriterTest, FinishWritesTheRestSyncsAndGivesTheReserveBack) {
  start();
  give({make_row("a", 0)});
  EXPECT_GE(directory.used(), directory.text("temperature.csv").size() + 4096);
  const auto outcome = finish(make_rows("a", 1, 1000));
  EXPECT_EQ(outcome.rows_written, 1000U);
  EXPECT_TRUE(outcome.complete());
  EXPECT_FALSE(outcome.was_away);
  EXPECT_EQ(outcome.last_error, "");
  EXPECT_EQ(log().scheduled, 10'000U);
  const auto file = directory.inode("temperature.csv");
  EXPECT_EQ(file.synced_bytes, file.data.size());
  EXPECT_EQ(directory.used(), file.data.size());
}

TEST_F(LogWriterTest, AWriterThatIsOnlyDestroyedGivesTheReserveBackToo) {
  start();
  writer.reset();
  EXPECT_EQ(directory.used(), test::kHeader.size());
}

TEST_F(LogWriterTest, TheReserveGrowsWithTheSensors) {
  sensor_count = 100;
  start();
  EXPECT_GE(directory.used(), test::kHeader.size() + 100 * LogWriter::kReservePerSensor);
}

TEST_F(LogWriterTest, SpaceIsTakenFarAheadSoThatItIsTakenSeldom) {
  settings.space_ahead = 256 * 1024;
  start();
  const std::uint64_t taken = directory.used();
  EXPECT_GE(taken, test::kHeader.size() + settings.space_ahead);
  give(make_rows("a", 0, 1000));
  EXPECT_GT(directory.text("temperature.csv").size(), 50'000U);
  EXPECT_EQ(directory.used(), taken);
}

TEST_F(LogWriterTest, SpaceAheadIsAnEighthOfAFileAtMost) {
  settings.space_ahead = 256 * 1024;
  settings.rotate_size = 80'000;
  start();
  EXPECT_LT(directory.used(), 30'000U);
}

TEST_F(LogWriterTest, WhereThereIsNoRoomForSpaceAheadTheReserveIsEnough) {
  settings.space_ahead = 256 * 1024;
  directory.set_capacity(60'000);
  start();
  give(make_rows("a", 0, 200));
  EXPECT_EQ(log().rows.size(), 200U);
}

TEST_F(LogWriterTest, AFileWithOtherColumnsIsKeptAside) {
  directory.put("temperature.csv", "time,sensor,value\n2020,a,1\n");
  start();
  give({make_row("a", 0)});
  EXPECT_EQ(directory.text("temperature.1.csv"), "time,sensor,value\n2020,a,1\n");
  EXPECT_EQ(log().rows.size(), 1U);
  EXPECT_TRUE(log().well_formed);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0], HasSubstr("other columns"));
}

TEST_F(LogWriterTest, AFileWithOtherColumnsIsKeptEvenIfNoneIsToBeKept) {
  settings.rotate_count = 0;
  directory.put("temperature.csv", "old\n");
  start();
  EXPECT_EQ(directory.text("temperature.1.csv"), "old\n");
}

TEST_F(LogWriterTest, ALogThatASpreadsheetHasSavedAsUtf16IsKeptAsideWhole) {
  std::string utf16 = "\xFF\xFE";
  for (const char letter : test::kHeader + "2026-01-01T00:00:00.000Z,1.000,a\n") {
    utf16 += letter;
    utf16 += '\0';
  }
  directory.put("temperature.csv", utf16);
  start();
  EXPECT_EQ(directory.text("temperature.1.csv"), utf16);
  EXPECT_EQ(directory.text("temperature.csv"), test::kHeader);
}

TEST_F(LogWriterTest, WhereverTheLastRunDiedTheLogHasWholeRowsOnly) {
  start();
  give(make_rows("a", 0, 3));
  (void)finish();
  const std::string whole = directory.text("temperature.csv");
  const auto row_size = (whole.size() - test::kHeader.size()) / 3;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (const std::size_t nuls : {0U, 1U, 5000U}) {
      directory.put("temperature.csv", whole.substr(0, size) + std::string(nuls, '\0'));
      start();
      ASSERT_TRUE(log().well_formed) << size << " " << nuls;
      const auto expected =
          size < test::kHeader.size() ? 0U : (size - test::kHeader.size()) / row_size;
      ASSERT_EQ(log().rows.size(), expected) << size << " " << nuls;
      writer.reset();
    }
  }
}

TEST_F(LogWriterTest, MendingIsSaid) {
  directory.put("temperature.csv", test::kHeader + "2026-01-01T00");
  start();
  EXPECT_THAT(notices, ElementsAre(HasSubstr("cut 13 bytes off /log/temperature.csv")));
}

TEST_F(LogWriterTest, AFileOfNulsWithRowsButNoHeaderIsKeptAside) {
  const std::string row = "2026-01-01T00:00:00.000Z,row\n";
  directory.put("temperature.csv", std::string(4096, '\0') + "\n" + row);
  start();
  EXPECT_EQ(directory.text("temperature.1.csv"), row);
  EXPECT_EQ(directory.text("temperature.csv"), test::kHeader);
}

// What the writer refuses at start, with the words of the error.
core::SetupError refusal(const std::function<void()>& start) {
  try {
    start();
  } catch (const core::SetupError& error) {
    EXPECT_EQ(error.exit_code(), core::ExitCode::Io);
    EXPECT_EQ(error.where(), "/log");
    EXPECT_THAT(error.mend(), HasSubstr("--log-dir"));
    return error;
  }
  ADD_FAILURE() << "was not refused";
  return {core::ExitCode::Ok, "", "", ""};
}

TEST_F(LogWriterTest, ADirectoryThatCannotBeMadeIsRefused) {
  directory.fail(test::LogOperation::Create, {core::LogFault::Other, "Permission denied"});
  EXPECT_THAT(refusal([this] { start(); }).problem(), HasSubstr("Permission denied"));
}

TEST_F(LogWriterTest, AFileThatCannotBeOpenedIsRefused) {
  directory.fail(test::LogOperation::Open, {core::LogFault::Other, "Read-only file system"});
  EXPECT_THAT(refusal([this] { start(); }).problem(), HasSubstr("Read-only file system"));
}

TEST_F(LogWriterTest, ASecondStationIsRefused) {
  directory.set_busy(true);
  EXPECT_THAT(refusal([this] { start(); }).problem(), HasSubstr("another station"));
  EXPECT_THAT(directory.list(), IsEmpty());
}

TEST_F(LogWriterTest, AFullDiskIsRefusedAtStart) {
  directory.set_capacity(4096);
  const auto error = refusal([this] { start(); });
  EXPECT_THAT(error.problem(), HasSubstr("No space left on device"));
  EXPECT_THAT(error.mend(), HasSubstr("free some space"));
}

}  // namespace
}  // namespace isotherm::store
