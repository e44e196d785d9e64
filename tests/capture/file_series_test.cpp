#include "capture/file_series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "capture/capture_reader.hpp"
#include "capture/memory_source.hpp"
#include "capture/samples.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_log_directory.hpp"

namespace isotherm::capture {
namespace {

const std::string kFirst = "capture-000001.isocap";
const std::string kSecond = "capture-000002.isocap";

class FileSeriesTest : public testing::Test {
 protected:
  // As the next run of the station finds the folder.
  FileSeries series(const std::string& single_file = {}) {
    return {settings_, CapturePlace{directory_, single_file},
            [this](std::string text) { notices_.push_back(std::move(text)); }};
  }

  // Of one sample, its slot 0 at `wall`.
  std::string chunk(std::uint64_t slot, core::WallTime wall = {}, bool synced = true) {
    const std::vector one{test::sample_at(slot, 20.0)};
    return coder_.encode(test::origin_of(), {slot, 0, wall, synced}, one, kNoLateness);
  }

  CaptureSettings settings_;
  ChunkCoder coder_;
  test::FakeLogDirectory directory_;
  std::vector<std::string> notices_;
};

TEST_F(FileSeriesTest, AFileThatCannotBeReadIsLeftAloneAndAnotherBegun) {
  const std::string torn = chunk(0) + chunk(1) + chunk(2).substr(0, 100);
  directory_.put(kFirst, torn);
  directory_.fail(test::LogOperation::Read, {core::LogFault::Other, "Input/output error"});
  auto next = series();
  EXPECT_TRUE(next.open().ok());
  EXPECT_TRUE(next.append(chunk(0), {}).ok());
  EXPECT_EQ(directory_.text(kFirst), torn);
  EXPECT_EQ(directory_.text(kSecond), chunk(0));
  EXPECT_EQ(next.bytes(), torn.size() + chunk(0).size());
  EXPECT_THAT(notices_, testing::ElementsAre(testing::HasSubstr("Input/output error")));
}

TEST_F(FileSeriesTest, OneFileThatCannotBeReadIsRefusedAndKept) {
  directory_.put("run.isocap", chunk(0));
  directory_.fail(test::LogOperation::Read, {core::LogFault::Other, "Input/output error"});
  EXPECT_THAT(series("run.isocap").open().text, testing::HasSubstr("Input/output error"));
  EXPECT_EQ(directory_.text("run.isocap"), chunk(0));
  directory_.fail(test::LogOperation::Read, {});
  EXPECT_TRUE(series("run.isocap").open().ok());
}

TEST_F(FileSeriesTest, OneFileThatAnotherRunWritesIsRefusedAndKept) {
  const std::string half = chunk(0) + chunk(1).substr(0, 100);
  directory_.put("run.isocap", half);
  directory_.set_busy(true);
  EXPECT_EQ(series("run.isocap").open().fault, core::LogFault::Busy);
  EXPECT_EQ(directory_.text("run.isocap"), half);
}

TEST_F(FileSeriesTest, EarlierFilesAreReadWhenTheirAgeIsAskedForAndNotAtTheStart) {
  settings_.age = std::chrono::hours{24};
  directory_.put(kFirst, chunk(0, test::kNewYear));
  directory_.put(kSecond, "");
  directory_.fail(test::LogOperation::Read, {core::LogFault::Other, "not at the start"});
  auto next = series();
  EXPECT_TRUE(next.open().ok());
  EXPECT_EQ(next.bytes(), chunk(0).size());
  directory_.fail(test::LogOperation::Read, {});
  next.delete_older({test::kNewYear + std::chrono::hours{48}, true});
  EXPECT_THAT(directory_.list(), testing::ElementsAre(kSecond));
}

TEST_F(FileSeriesTest, ATornTailOfManyChunksIsFoundInPortions) {
  constexpr std::uint64_t kGood = 3;
  std::string good;
  for (std::uint64_t slot = 0; slot < kGood; ++slot) {
    good += chunk(slot);
  }
  std::string torn = chunk(kGood);
  torn.back() = static_cast<char>(torn.back() ^ 1);
  std::string file = good;
  for (int i = 0; i < 10'000; ++i) {
    file += torn;
  }
  directory_.put(kFirst, file);
  auto next = series();
  EXPECT_TRUE(next.open().ok());
  EXPECT_EQ(directory_.text(kFirst), good);
}

TEST_F(FileSeriesTest, AgeDeletesUpToTheLastSynchronisedFileThatIsTooOld) {
  const core::WallTime old_one = test::kNewYear;
  const core::WallTime now = old_one + std::chrono::hours{48};
  settings_.age = std::chrono::hours{24};
  directory_.put("capture-000001.isocap", chunk(0, {}, false));
  directory_.put("capture-000002.isocap", chunk(0, old_one));
  directory_.put("capture-000003.isocap", chunk(0, {}, false));
  directory_.put("capture-000004.isocap", chunk(0, now));
  directory_.put("capture-000005.isocap", chunk(0, now));
  auto next = series();
  ASSERT_TRUE(next.open().ok());
  next.delete_older({now, false});
  EXPECT_EQ(next.files_deleted(), 0U);
  next.delete_older({now, true});
  EXPECT_THAT(directory_.list(),
              testing::ElementsAre("capture-000003.isocap", "capture-000004.isocap",
                                   "capture-000005.isocap"));
}

}  // namespace
}  // namespace isotherm::capture
