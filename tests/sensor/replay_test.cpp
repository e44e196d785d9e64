#include "sensor/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "device_trees.hpp"

namespace isotherm::test {
namespace {

using core::Fault;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReplayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    file_ = std::filesystem::temp_directory_path() /
            ("isotherm-replay-" + std::string{test->name()} + "-" +
             std::to_string(std::random_device{}()) + ".csv");
  }
  void TearDown() override { std::filesystem::remove(file_); }

  void write(const std::string& text) const {
    std::ofstream out(file_, std::ios::binary);
    out << text;
  }

  [[nodiscard]] std::string refusal(std::size_t limit = 100) const {
    try {
      (void)sensor::load_replay(file_, "isotherm.toml:12", limit);
    } catch (const core::SetupError& error) {
      return error.where() + " | " + error.problem() + " | " + error.mend();
    }
    return {};
  }

  [[nodiscard]] sensor::SensorSettings replay() const {
    auto settings = settings_of(sensor::DriverKind::Replay, "");
    settings.replay.file = file_;
    return settings;
  }

  std::string file_;
  Bench bench_;
};

TEST_F(ReplayTest, LineKBelongsToSlotK) {
  write("timestamp,value\n2013-12-02 21:15:00,73.96732207\n2013-12-02 21:20:00,-1\n,1e1\n");
  const auto sensor = bench_.make(replay());
  EXPECT_DOUBLE_EQ(sensor->read({1, {}}).value, -1.0);
  EXPECT_DOUBLE_EQ(sensor->read({0, {}}).value, 73.96732207);
  EXPECT_DOUBLE_EQ(sensor->read({2, {}}).value, 10.0);
}

TEST_F(ReplayTest, PastTheEndIsAbsent) {
  write("timestamp,value\na,1\nb,2\n");
  const auto sensor = bench_.make(replay());
  EXPECT_EQ(sensor->read({1, {}}).fault, Fault::None);
  EXPECT_EQ(sensor->read({2, {}}).fault, Fault::Absent);
  EXPECT_EQ(sensor->read({std::uint64_t{1} << 47U, {}}).fault, Fault::Absent);
}

TEST_F(ReplayTest, ALoopBeginsAgain) {
  write("timestamp,value\na,1\nb,2\nc,3\n");
  auto settings = replay();
  settings.replay.loop = true;
  const auto sensor = bench_.make(settings);
  EXPECT_DOUBLE_EQ(sensor->read({3, {}}).value, 1.0);
  EXPECT_DOUBLE_EQ(sensor->read({3'000'001, {}}).value, 2.0);
}

TEST_F(ReplayTest, ScaleOffsetAndRangeApply) {
  // Fahrenheit: 212 is 100 degC.
  write("timestamp,value\na,212\nb,1000\n");
  auto settings = replay();
  settings.scale = 5.0 / 9.0;
  settings.offset = -160.0 / 9.0;
  settings.range = sensor::Range{-40.0, 125.0};
  const auto sensor = bench_.make(settings);
  EXPECT_NEAR(sensor->read({0, {}}).value, 100.0, 1e-9);
  EXPECT_EQ(sensor->read({1, {}}).fault, Fault::OutOfRange);
}

TEST_F(ReplayTest, TakesFilesOfOtherSystems) {
  write("\xEF\xBB\xBFtimestamp,value\r\na,1.5\r\nb,2.5\r\n\r\n\n");
  EXPECT_THAT(sensor::load_replay(file_, ""), ElementsAre(1.5, 2.5));
  write("timestamp,value\na,1.5");
  EXPECT_THAT(sensor::load_replay(file_, ""), ElementsAre(1.5));
}

TEST_F(ReplayTest, BadLinesAreRefusedWithFileAndLine) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"time,value\na,1\n", ":1 | the first line is not the header"},
      {"timestamp,value\na,1\nb,warm\n", ":3 | \"warm\" is not a number"},
      {"timestamp,value\na,1\nb,\n", ":3 | \"\" is not a number"},
      {"timestamp,value\na,nan\n", ":2 | \"nan\" is not a number"},
      {"timestamp,value\na,inf\n", ":2 | \"inf\" is not a number"},
      {"timestamp,value\na,1e999\n", ":2 | \"1e999\" is not a number"},
      {"timestamp,value\na,1 2\n", ":2 | \"1 2\" is not a number"},
      {"timestamp,value\n21.5\n", ":2 | a line has two fields"},
      {"timestamp,value\na,1,2\n", ":2 | a line has two fields"},
      {"timestamp,value\na,1\n\n\nb,2\n", ":3 | the line is empty"},
      {"timestamp,value\n", ":1 | the replay file has no values"}};
  for (const auto& [text, message] : bad) {
    write(text);
    EXPECT_THAT(refusal(), HasSubstr(file_ + message)) << text;
  }
}

TEST_F(ReplayTest, AFileThatCannotBeReadIsRefused) {
  EXPECT_THAT(refusal(), AllOf(HasSubstr("isotherm.toml:12"), HasSubstr("cannot be read")));
  write("");
  EXPECT_THAT(refusal(), HasSubstr("is empty"));
  auto settings = replay();
  settings.replay.file = std::filesystem::temp_directory_path();
  EXPECT_THAT(bench_.refusal(settings), HasSubstr("cannot be read"));
  settings.replay.file = "";
  EXPECT_THAT(bench_.refusal(settings), HasSubstr("needs a file"));
}

TEST_F(ReplayTest, MoreThanTheLimitIsRefused) {
  write("timestamp,value\na,1\nb,2\nc,3\n");
  EXPECT_EQ(refusal(3), "");
  EXPECT_THAT(refusal(2), HasSubstr(file_ + ":4 | the replay file has more than 2 lines"));
}

}  // namespace
}  // namespace isotherm::test
